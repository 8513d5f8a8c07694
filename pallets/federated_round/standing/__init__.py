"""Standing enrolment: who enrols once for a task is in the lottery of each of its rounds, until further notice.

    stand(task, data, duties) → each round that begins: looked at again, enrolled by the chain → … → stand_down(task)

As a round begins, the chain enrols in the order of accounts whoever stands, just as if each had sent `enrol` in that
moment: with data that are there, permitted and within the privacy budget, and else for duties alone, or not at all in
this round, with an event that says why. Who has too little at stake stands no longer, so that nobody holds a place for
nothing; erased data are taken out of what stands. What is changed while a round runs counts from the next round on.

A task whose schedule has no block for enrolment has no such phase. Its rounds begin with the draw, among those who
stand. Who that is, and with which data, is known as the block ends in which the round began; so the draw waits for the
hash of the block after that one, as it does where a phase of enrolment ends with a block.

On chain: `types`, `storage`, `weights`, `calls`, `enrolling` (as a round begins).
Off chain: `duties` (whose worker stands, and when).
"""
