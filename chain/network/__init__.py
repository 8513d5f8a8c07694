"""Several nodes in one process over a simulated network: the same seed gives the same history.

    links        what happens to messages: delay, loss, duplication, partition
    messages     what nodes tell each other
    vote         a vote on finality, signed as GRANDPA signs it
    tree         the headers that votes are about
    justification  what proves to anybody that a block is final
    authority_change  what a block says of who votes next
    tally        what the votes of a round amount to
    voter        who votes, round after round
    succession   which voters follow which
    peer         a node on the network: it announces, asks for what it misses, passes on, crashes and restarts
    simulation   `Network`: peers, links and time together

A block that a peer makes goes announcement -> request -> import; then voters prevote for the best chain, precommit
what two thirds prevoted for, and whoever sees enough precommits makes the justification that finalizes a block.
"""
