"""Workers under attack, from a seed: late, lost, doubled, reordered, interleaved, crashed, on forks, on old states.

    fault        what can go wrong, where: plain data
    schedule     the faults of one history: saved, replayed, printed
    draw         which faults a seed has, at what rates
    strand       runs that stand still in their midst, of which one goes on at a time
    execution    a run that is attacked;  branches: side branches that win, validators who are cut off
    adversary    `Adversary` runs the workers of a chain, and has the faults happen
    transit      transactions on their way, which are late or come twice
    run_log      what each execution did, the same in each process
    shrink       the shortest schedule that still fails

A fault is named by its place (block, validator, worker, host call), never by its turn, so that a schedule without one
of its faults means the same for all others. What a seed drew and what took effect are told apart: the second is the
schedule, and it gives the same history without the seed.
"""
