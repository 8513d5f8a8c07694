"""What hidden rounds add to the wire stays as it is: calls, variants, records and the digests that clients sign for."""

from __future__ import annotations

from dataclasses import replace

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from chain.scale import codec_of
from pallets.federated_round import Outcome, Phase, Reason
from pallets.federated_round.secrecy.choice import OPEN, Full, Grouped, Hiding, NoiseLaw, Secrecy
from pallets.federated_round.secrecy.grouping import round_id
from pallets.federated_round.secrecy.types import Group, Groups, PublicKeys
from pallets.frame.call import call_of
from pallets.ml_registry import Artifact
from tests.pallets.federated_round.mock import CLIENTS, new_runtime

HIDING = Hiding(clip=1 << 24, fractional_bits=18, modulus_bits=32, colluding=1, noise=5, blocks=6)
HIDING_HEX = "0000000100000000" + "12" + "20" + "01000000" + "0500000000000000" + "06000000" + "00"


def test_choices_keep_their_bytes() -> None:
    codec = codec_of(Secrecy)
    for choice, told in (
        (OPEN, "00"),
        (Grouped(4, 3, HIDING), "01" + "04000000" + "03000000" + HIDING_HEX),
        (Full(HIDING), "02" + HIDING_HEX),
        (Full(replace(HIDING, law=NoiseLaw.SKELLAM)), "02" + HIDING_HEX[:-2] + "01"),
    ):
        assert codec.encode(choice).hex() == told
        assert codec.decode(bytes.fromhex(told)) == choice


def test_groups_keep_their_bytes() -> None:
    group = Group(CLIENTS[:2], 2, Hash(b"\x07" * 32), (0, 1), (1,))
    told = "04" + "08" + CLIENTS[0].hex() + CLIENTS[1].hex() + "02000000" + "07" * 32 + "080001" + "0401"
    assert codec_of(Groups).encode((group,)).hex() == told
    assert codec_of(PublicKeys).encode(PublicKeys(b"a" * 32, b"b" * 32)) == b"a" * 32 + b"b" * 32


def test_calls_keep_their_numbers_and_arguments() -> None:
    rounds = new_runtime().federated_round
    artifact = Artifact(b"c", Hash(b"r" * 32), 5)
    place, named = "0100000002000000", "0463" + "72" * 32 + "0500000000000000"
    calls = {
        13: (call_of(rounds.announce_keys, task=1, number=2, mask=b"m" * 32, channel=b"c" * 32), "6d" * 32 + "63" * 32),
        14: (call_of(rounds.deal_shares, task=1, number=2, dealing=artifact), named),
        15: (call_of(rounds.report_missing, task=1, number=2, missing=5), "05000000"),
        16: (call_of(rounds.open_shares, task=1, number=2, opening=artifact), named),
    }
    for index, (call, arguments) in calls.items():
        assert call.encode().hex() == bytes((rounds.index, index)).hex() + place + arguments


def test_numbers_of_phases_outcomes_and_reasons_stay() -> None:
    phases = (Phase.ANNOUNCE_KEYS, Phase.DEAL_SHARES, Phase.CHECK_SHARES, Phase.CHECK_UPDATES, Phase.OPEN_SHARES)
    assert tuple(map(int, phases)) == (10, 11, 12, 13, 14)
    assert (Outcome.TOO_FEW_SURVIVORS, Reason.SHARED) == (10, 14)


def test_the_identity_of_a_round_is_the_hash_that_the_docstring_says() -> None:
    place = (3).to_bytes(4, "little") + (7).to_bytes(4, "little")
    assert round_id(3, 7, Hash(b"s" * 32)) == blake2_256(b"palletlab/sum" + place + b"s" * 32)
