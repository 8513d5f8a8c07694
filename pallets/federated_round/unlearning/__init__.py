"""Exact unlearning on the chain: what learnt from erased data is withdrawn, and its rounds are done again without them.

    erased → UnlearningDue → unlearn: back to the version before the data's first contribution → each round since, again
           → Unlearnt: the last version supersedes the one that was withdrawn

A round that is done again has the randomness of the one that it repeats and the same clients with the same data, but
those that were erased; so its model is, to the byte, that of a chain where those were never among them (but that
rounds before, which published nothing, stay as they were). Where updates do not depend on the base version (forests),
nobody trains again: aggregators join the old updates that are left. Roles, test sets and pay are those of any round.
The task starts nothing else before.

So it is in rounds of every shape. Groups are dealt again among those who are left, turns come in the order in which
they came, and a buffer takes the updates that it took before, each from the version in place of the one that it began
from; what waits for the next buffer goes on waiting.

On chain: `types`, `storage`, `going_back` (withdrawal), `going_on` (rounds that are done again), `bases` (what the
updates to buffers begin from), `calls`.
Off chain: `duties` (the model owner's worker).
"""
