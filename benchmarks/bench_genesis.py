"""Genesis: many endowed accounts become the state of block zero with its root; peer py-evm.

Both sides begin with balances at hand and end with the header of block zero, in memory. What is compared is the time
an account takes: the peer gets fewer of them, which does not make its accounts slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, cpu_seconds, row_of
from benchmarks.peer_side.endowed import account_ids
from benchmarks.peers import PY_EVM, PeerProcess
from benchmarks.run import alone
from chain.block import Header
from chain.primitives import AccountId
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import balances
from runtime.dev import DevRuntime, dev_genesis, genesis_state
from runtime.genesis import genesis_header

FUNDS: Final = 10**18


def rows(run: Run) -> Iterator[Row]:
    """Time an account takes at genesis, beside py-evm's."""
    accounts, theirs = (2_000, 500) if run.is_quick else (100_000, 5_000)
    endowed = tuple((AccountId(who), FUNDS) for who in account_ids(accounts))
    made: list[tuple[Trie, Header]] = []

    def ours() -> float:
        made.clear()
        seconds = cpu_seconds(lambda: made.append(genesis_of(endowed)))
        check(*made[0], endowed)
        return seconds / accounts

    run.say(f"genesis of {accounts:,} accounts")
    with PeerProcess(PY_EVM, run.say, accounts=theirs) as peer:
        yield row_of(
            compare(run.rounds, ours, peer.seconds),
            1e6,
            name="genesis, per account",
            work=f"{accounts:,} accounts with the state root, the peer {theirs:,}",
            unit="µs",
            peer=PY_EVM.title,
            goal=Goal("at least", 20),
        )
    check_root(*made[0])


def genesis_of(endowed: tuple[tuple[AccountId, int], ...]) -> tuple[Trie, Header]:
    """The development chain's state of block zero with these balances, and the header."""
    state = genesis_state({**dev_genesis(), "Balances": balances.Genesis(balances=endowed)})
    return state, genesis_header(state)


def check(state: Trie, header: Header, endowed: tuple[tuple[AccountId, int], ...]) -> None:
    """Every hundredth account has its funds, all is issued, and the header names the state."""
    runtime = DevRuntime(Overlay(state))
    if any(runtime.system.account.get(who).data.free != FUNDS for who, _ in endowed[::100]):
        raise WorkDiffers("an account at genesis has not got its funds")
    if runtime.balances.total_issuance.get() != len(endowed) * FUNDS:
        raise WorkDiffers("the issuance at genesis is not the sum of the funds")
    if header.state_root != state.root:
        raise WorkDiffers("the header of block zero names another state")


def check_root(state: Trie, header: Header) -> None:
    """The root must be that of the same pairs put into an empty trie at once."""
    if Trie.from_items(state.items(), version=1).root != header.state_root:
        raise WorkDiffers("the state root of genesis is not that of the state's pairs")


if __name__ == "__main__":
    raise SystemExit(alone("genesis"))
