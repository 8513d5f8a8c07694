"""Storage codec: the AccountInfo of many accounts is encoded and decoded; peer scalecodec.

Both sides encode the same values; all encodings must be the same bytes, and each side must decode its own back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, cpu_seconds, row_of
from benchmarks.peer_side.account_values import account_fields
from benchmarks.peers import SCALECODEC, PeerProcess
from benchmarks.run import alone
from chain.scale import codec_of
from pallets.system.types import AccountData, AccountInfo

VALUES: Final = 1_000
REPEATS: Final = 10
"""Times that our side goes through the values in a round, so that a round is long enough to be timed."""


def rows(run: Run) -> Iterator[Row]:
    """Time to encode and to decode one AccountInfo, beside scalecodec's."""
    codec = codec_of(AccountInfo)
    values = account_infos(VALUES)
    encoded = [codec.encode(value) for value in values]
    if [codec.decode(data) for data in encoded] != values:
        raise WorkDiffers("our codec does not decode what it encoded")

    def encode() -> float:
        return cpu_seconds(lambda: [write(value) for _ in range(REPEATS) for value in values]) / (VALUES * REPEATS)

    def decode() -> float:
        return cpu_seconds(lambda: [read(data) for _ in range(REPEATS) for data in encoded]) / (VALUES * REPEATS)

    write, read = codec.encode, codec.decode
    with PeerProcess(SCALECODEC, run.say, count=VALUES) as peer:
        for name, ours in (("encode", encode), ("decode", decode)):
            run.say(name)

            def peer_round(command: str = name) -> float:
                seconds = peer.seconds(command)
                if peer.prepared["digest"] != digest(encoded):
                    raise WorkDiffers("scalecodec's bytes of the same values are not ours")
                return seconds

            yield row_of(
                compare(run.rounds, ours, peer_round),
                1e6,
                name=f"AccountInfo {name}",
                work=f"{VALUES:,} values",
                unit="µs",
                peer=SCALECODEC.title,
                goal=Goal("at least", 25),
            )


def account_infos(count: int) -> list[AccountInfo]:
    """The values of the comparison, as our pallets hold them."""
    infos = []
    for nonce, consumers, providers, sufficients, *balances in account_fields(count):
        infos.append(AccountInfo(nonce, consumers, providers, sufficients, AccountData(*balances)))
    return infos


def digest(encoded: Sequence[bytes]) -> str:
    """Stands for all encodings, as the peer computes it too."""
    return hashlib.blake2b(b"".join(encoded), digest_size=16).hexdigest()


if __name__ == "__main__":
    raise SystemExit(alone("codec"))
