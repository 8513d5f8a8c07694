"""Snapshot and revert, around a transfer: of a runtime's state and of a whole chain; peer titanoboa's `anchor()`.

A runtime is taken back as the pytest plugin does after each hypothesis example, a chain by `Node.revert`, which also
forgets the block that was sealed in between. What happens between snapshot and revert is not timed on either side.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.measure import Goal, Row, Run, WorkDiffers, alternate, compare, row_of
from benchmarks.peer_side.endowed import account_ids
from benchmarks.peers import TITANOBOA, PeerProcess
from benchmarks.run import alone
from chain.crypto import development
from chain.extrinsic import Id
from chain.node.service import Node
from chain.primitives import AccountId
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import balances
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing.isolation import Isolation
from runtime.dev import UNIT, DevRuntime, dev_genesis, genesis_state
from runtime.devnet import dev_node

FUNDS: Final = 1_000_000 * UNIT
SMALL: Final = 10
MICRO: Final = 1e6

ALICE, BOB = development.account("Alice"), development.account("Bob")


class OfRuntime:
    """Takes a runtime's state back."""

    def __init__(self, genesis: Trie, repeats: int) -> None:
        self.runtime = DevRuntime(Overlay(genesis))
        self.repeats = repeats
        self.isolation = Isolation()
        self.isolation.add(self.runtime)

    def round(self) -> float:
        """CPU seconds for one snapshot and one revert."""
        return sum(self._once() for _ in range(self.repeats)) / self.repeats

    def _once(self) -> float:
        begun = time.process_time()
        revert = self.isolation.rewinder()
        seconds = time.process_time() - begun
        balances = self.runtime.balances
        self.runtime.dispatch(call_of(balances.transfer_keep_alive, dest=Id(BOB), value=UNIT), Signed(ALICE))
        _require(self.runtime, FUNDS + UNIT)
        seconds += _timed(revert)
        _require(self.runtime, FUNDS)
        return seconds


class OfChain:
    """Takes a chain back."""

    def __init__(self, genesis: Trie, repeats: int) -> None:
        self.node: Node[DevRuntime] = dev_node(genesis)
        self.repeats = repeats
        self.node.seal()
        call = call_of(self.node.runtime_at().balances.transfer_keep_alive, dest=Id(BOB), value=UNIT)
        snapshot = self.node.snapshot()
        self.node.submit_call(development.pair("Alice"), call)
        self.extrinsic = next(self.node.pool.ready()).extrinsic
        self.node.revert(snapshot)

    def round(self) -> float:
        """CPU seconds for one snapshot and one revert."""
        return sum(self._once() for _ in range(self.repeats)) / self.repeats

    def _once(self) -> float:
        node = self.node
        best = node.best.hash
        begun = time.process_time()
        snapshot = node.snapshot()
        seconds = time.process_time() - begun
        node.submit(self.extrinsic)
        node.seal()
        _require(node.runtime_at(), FUNDS + UNIT)
        seconds += _timed(lambda: node.revert(snapshot))
        _require(node.runtime_at(), FUNDS)
        if node.best.hash != best or len(node.pool) or len(node.chain) != 2:
            raise WorkDiffers("our chain is not what it was at the snapshot")
        return seconds


def rows(run: Run) -> Iterator[Row]:
    """Time of snapshot and revert beside an anchor's, and how it grows with the accounts."""
    large, repeats = (2_000, 10) if run.is_quick else (100_000, 100)
    run.say(f"genesis of {large:,} accounts")
    states = {accounts: genesis_of(accounts) for accounts in (SMALL, large)}
    kinds: dict[str, Callable[[Trie, int], OfRuntime | OfChain]] = {"runtime": OfRuntime, "chain": OfChain}
    with PeerProcess(TITANOBOA, run.say, accounts=SMALL, repeats=repeats) as peer:
        for name, kind in kinds.items():
            run.say(f"snapshots of a {name}")
            yield row_of(
                compare(run.rounds, kind(states[large], repeats).round, peer.seconds),
                MICRO,
                name=f"snapshot and revert of a {name}",
                work=f"{large:,} accounts, the peer {SMALL}",
                unit="µs",
                peer=TITANOBOA.title,
                goal=Goal("at most", 1),
            )
    for name, kind in kinds.items():
        run.say(f"snapshots of a {name} of {SMALL} and {large:,} accounts")
        small, grown = alternate(run.rounds, kind(states[SMALL], repeats).round, kind(states[large], repeats).round)
        yield Row(
            name=f"growth of snapshot and revert of a {name}",
            work=f"{large:,} accounts against {SMALL}",
            unit="µs",
            figure=grown.median * MICRO,
            peer=f"itself at {SMALL}",
            peer_figure=small.median * MICRO,
            goal=Goal("at most", 1.3),
        )


def genesis_of(accounts: int) -> Trie:
    """A state of so many funded accounts, Alice's and Bob's among them."""
    holders = [ALICE, BOB, *map(AccountId, account_ids(accounts - 2))]
    endowed = tuple((who, FUNDS) for who in holders)
    return genesis_state({**dev_genesis(), "Balances": balances.Genesis(balances=endowed)})


def _timed(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _require(runtime: DevRuntime, funds: int) -> None:
    found = runtime.system.account.get(BOB).data.free
    if found != funds:
        raise WorkDiffers(f"Bob has {found}, not {funds}")


if __name__ == "__main__":
    raise SystemExit(alone("snapshot"))
