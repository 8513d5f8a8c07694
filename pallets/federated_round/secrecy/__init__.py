"""Rounds in which nobody sees a client's update: secure aggregation between the draw and the aggregate.

    … DRAW → ANNOUNCE_KEYS → DEAL_SHARES → CHECK_SHARES → COMMIT_UPDATES → REVEAL_UPDATES → CHECK_UPDATES
           → OPEN_SHARES → COMMIT_AGGREGATES …

Clients announce keys by signed transactions, so the roster is the chain's and no server can tell two of them. They
deal shares of what hides them, sealed; whoever did not get some says so, and a block fixes the dealers. What is sealed
and revealed as the update is masked; aggregators say which are no masked updates, and a block fixes the survivors.
Survivors open shares for exactly these: of their masks' seeds, or of the keys of those who dropped, never both of one
client. From what is open anybody computes the exact sums; the rest of the round goes on with the groups' means as it
does with updates. In a hierarchical round the groups are the sums, which their own aggregators find and anchor before
the root is joined. Cycles and buffers hide nothing, and say so when a task is created: in the one the next client
trains on what one client made, in the other nobody knows beforehand who will be in the sum. Late, absent and lying
clients are left behind at each deadline, as long as they are few enough.

On chain: `choice` (open, grouped or full), `types`, `storage`, `reading` (questions to it), `terms` (which choices a
task may have), `grouping` (who is hidden with whom, and rosters), `tiers` (hierarchical rounds), `phases`, `calls`,
`settlement`, `queries` (what a round spent of privacy), `disputing` (what an aggregate should be).
Off chain: `memory` (a client's secrets), `hidden_round` (the state as the protocol's records), `vectors` (updates that
add up), `hiding` (a client's side), `sums` (what anybody computes), `duties` (the worker), `audit`.
"""
