"""Resident memory of a state of accounts, in a process of its own: `python -m benchmarks.trie_memory 100000`."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.peer_side.pairs import state_of
from benchmarks.peer_side.resident import resident_bytes
from benchmarks.peers import CHECKOUT
from chain.trie.trie import Trie


def bytes_an_account(size: int) -> float:
    """What a state of `size` accounts adds to a fresh process, keys and values and trie, shared out."""
    command = [sys.executable, "-m", "benchmarks.trie_memory", str(size)]
    return float(subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Build the state and print bytes an account."""
    size = int(sys.argv[1])
    Trie.from_items(state_of(1), version=1)  # what the code itself takes is not the state's
    before = resident_bytes()
    state = Trie.from_items(state_of(size), version=1)
    grown = resident_bytes() - before
    if state.get(b"") is not None:
        raise AssertionError("the state was given up before it was measured")
    print(grown / size)


if __name__ == "__main__":
    main()
