"""A signed transfer in a block that is executed with all its roots, in units of one sr25519 verification.

The same block is executed three times: with no signature known, by one process and by two, and with all of them known,
as after pool and authoring. Each time execution compares extrinsics root, digest and state root with the header's.
Signing is not timed. What one process does is told in CPU time, what two do in the time that passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.measure import Goal, Row, Run, Samples, WorkDiffers, alternate, cpu_seconds, wall_seconds
from benchmarks.run import alone
from benchmarks.transfer_chain import TransferBlock, TransferChain, executed
from chain.crypto import sr25519
from chain.crypto.keys import KeyPair
from chain.crypto.second_core import SecondCore
from chain.node.signature_cache import SignatureCache

MICRO: Final = 1e6
VERIFICATION: Final = "one sr25519 verification"
ROUNDS: Final = 3
"""Times as many as of other subjects: a round takes a second, in which the machine's speed may wander by a tenth."""

Clock = Callable[[Callable[[], object]], float]
"""Seconds that a call takes."""


class Blocks:
    """The rounds: each makes the next block untimed, then executes it."""

    def __init__(self, chain: TransferChain) -> None:
        self.chain = chain
        self.newest: TransferBlock = chain.next_block()
        self.second_core = SecondCore()
        self.by_one, self.by_two = SignatureCache(), SignatureCache(verifier=self.second_core)

    def with_signatures(self) -> float:
        """CPU seconds a transfer, the next block's signatures being unknown."""
        self.newest = self.chain.next_block()
        self.by_one.forget()
        return self._round(self.by_one, cpu_seconds, verifications=len(self.chain.keys))

    def without_signatures(self) -> float:
        """CPU seconds a transfer, the same block's signatures being known."""
        return self._round(self.by_one, cpu_seconds, verifications=0)

    def with_signatures_on_two_cores(self) -> float:
        """Seconds a transfer, the same block's signatures being verified by another process."""
        self.second_core.wait()
        self.by_two.forget()
        return self._round(self.by_two, wall_seconds, verifications=len(self.chain.keys))

    def _round(self, signatures: SignatureCache, seconds_of: Clock, verifications: int) -> float:
        before = signatures.verifications
        seconds = seconds_of(lambda: executed(self.newest, signatures))
        if signatures.verifications != before + verifications:
            raise WorkDiffers(f"{signatures.verifications - before} signatures verified, not {verifications}")
        return seconds / len(self.chain.keys)


class Verifications:
    """As many sr25519 verifications as a block has."""

    def __init__(self, keys: list[KeyPair]) -> None:
        message = bytes(120)  # about as long as what the signer of a transfer signs
        self.claims = [(key.sign(message), message, key.public) for key in keys]

    def round(self) -> float:
        """CPU seconds a verification."""
        return cpu_seconds(self._verify) / len(self.claims)

    def round_that_passes(self) -> float:
        """Seconds a verification."""
        return wall_seconds(self._verify) / len(self.claims)

    def _verify(self) -> None:
        if not all(sr25519.verify(*claim) for claim in self.claims):
            raise WorkDiffers("a good sr25519 signature was refused")


def rows(run: Run) -> Iterator[Row]:
    """Time of a transfer with and without its signature, beside one verification."""
    accounts, transfers = (5_000, 200) if run.is_quick else (100_000, 1_000)
    run.say(f"genesis of {accounts:,} accounts")
    chain = TransferChain(accounts, transfers)
    blocks, verifications = Blocks(chain), Verifications(chain.keys)
    run.say(f"blocks of {transfers:,} transfers")
    signed, unsigned, verified, on_two_cores, passed = alternate(
        ROUNDS * run.rounds,
        blocks.with_signatures,
        blocks.without_signatures,
        verifications.round,
        blocks.with_signatures_on_two_cores,
        verifications.round_that_passes,
    )
    run.say("checking balances and roots")
    chain.check(blocks.newest)
    work = f"{accounts:,} accounts, {transfers:,} a block, all roots"
    yield _row("signed transfer", f"{work}, one process", signed, verified, 2.6)
    yield _row("signed transfer", f"{work}, signatures on a second core", on_two_cores, passed, 2.6)
    yield _row("transfer, signature known", work, unsigned, verified, 1.6)


def _row(name: str, work: str, ours: Samples, verified: Samples, bound: float) -> Row:
    return Row(
        name=name,
        work=work,
        unit="µs",
        figure=ours.median * MICRO,
        peer=VERIFICATION,
        peer_figure=verified.median * MICRO,
        goal=Goal("at most", bound),
    )


if __name__ == "__main__":
    raise SystemExit(alone("transfer"))
