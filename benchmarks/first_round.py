"""Our side of the start of rounds: from nothing to the first round's published version, checked.

Run as a process of its own with numbers of clients and parameters; the time from its start to its end is the figure.
Prints how far the round moved the weights on average, and, of the packages that cost a second to import, those that it
imported.
"""

from __future__ import annotations

import sys

from benchmarks.round_chain import RoundChain, moved_in

HEAVY = ("sklearn", "scipy")


def main() -> None:
    """One round on a fresh chain."""
    clients, parameters = map(int, sys.argv[1:])
    chain = RoundChain(clients, parameters, rounds=1, in_threads=False)
    chain.play()
    print(moved_in(chain, 0))
    print(*(package for package in HEAVY if package in sys.modules))


if __name__ == "__main__":
    main()
