"""Decoding by metadata: many signed transfers, taken apart as the dev runtime's metadata says; peer scalecodec.

Both sides get the same metadata and the same extrinsics; who, nonce, tip, receiver and value must be the same, and our
side must put the same bytes together again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, cpu_seconds, row_of
from benchmarks.peers import SCALECODEC_METADATA, PeerProcess
from benchmarks.run import alone
from chain.crypto import development
from chain.extrinsic import Id, with_length_prefix
from chain.metadata import DecodedExtrinsic, Metadata
from chain.state.overlay import Overlay
from pallets.frame.call import call_of
from runtime.dev import UNIT, DevRuntime, genesis_state
from runtime.metadata import metadata_of
from runtime.signing import signed

TRANSFERS: Final = 500
VERSION: Final = 14
"""The metadata version that scalecodec reads."""


def rows(run: Run) -> Iterator[Row]:
    """Time to decode one signed transfer, beside scalecodec's."""
    data, transfers = material(TRANSFERS)
    metadata = Metadata.decode(data)
    decode = metadata.extrinsics.decode
    if [metadata.extrinsics.encode(decode(each)) for each in transfers] != transfers:
        raise WorkDiffers("our extrinsics do not encode back to what they were decoded from")
    ours = digest(summary(decode(each)) for each in transfers)

    def our_round() -> float:
        return cpu_seconds(lambda: [decode(each) for each in transfers]) / len(transfers)

    texts = " ".join(with_length_prefix(each).hex() for each in transfers)
    with PeerProcess(SCALECODEC_METADATA, run.say, metadata=data.hex(), extrinsics=texts) as peer:

        def peer_round() -> float:
            seconds = peer.seconds()
            if peer.prepared["digest"] != ours:
                raise WorkDiffers("scalecodec reads other transfers in the same bytes")
            return seconds

        yield row_of(
            compare(run.rounds, our_round, peer_round),
            1e6,
            name="signed transfer, decoded by metadata",
            work=f"{len(transfers):,} transfers",
            unit="µs",
            peer=SCALECODEC_METADATA.title,
            goal=Goal("at least", 10),
        )


def material(count: int) -> tuple[bytes, list[bytes]]:
    """The dev runtime's metadata, and signed transfers of several accounts, nonces and amounts."""
    runtime = DevRuntime(Overlay(genesis_state()))
    data = metadata_of(runtime, VERSION)
    assert data is not None
    alice, bob = development.pair("Alice"), development.pair("Bob")
    transfers = []
    for number in range(count):
        sender, receiver = (alice, bob) if number % 2 else (bob, alice)
        call = call_of(runtime.balances.transfer_keep_alive, dest=Id(receiver.account), value=UNIT + 7**number % 2**90)
        transfers.append(signed(runtime, sender, call, nonce=number, tip=number % 5))
    return data, transfers


def summary(extrinsic: DecodedExtrinsic) -> str:
    """What both sides must have read."""
    assert extrinsic.signer is not None
    assert extrinsic.extensions is not None
    call, values = extrinsic.call, extrinsic.extensions
    sender, receiver = extrinsic.signer.address["Id"], call.arguments["dest"]["Id"]
    nonce, tip = values["CheckNonce"], values["ChargeTransactionPayment"]
    return f"{call.pallet}.{call.name} {sender.hex()} {nonce} {tip} {receiver.hex()} {call.arguments['value']}"


def digest(summaries: Iterable[str]) -> str:
    """Stands for all summaries, as the peer computes it too."""
    return hashlib.blake2b("\n".join(summaries).encode(), digest_size=16).hexdigest()


if __name__ == "__main__":
    raise SystemExit(alone("metadata"))
