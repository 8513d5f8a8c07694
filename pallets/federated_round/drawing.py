"""Who does what in a round: a lottery over stake and reputation, seeded after the data roots are locked.

    seed = blake2_256("palletlab/round" ‖ task u32 ‖ round u32 ‖ later block's hash ‖ account ‖ data root, …)

with the accounts in ascending order. Clients are drawn among those who offer data; then aggregators, then validators
among those who offer duties, and whoever has a role already is drawn only where nobody else is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Protocol

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, BlockNumber, Hash
from chain.record import record
from pallets.federated_round.types import Drawn, Enrolment, RoundNumber, Seats, TaskId
from pallets.frame.storage import StorageMap, Twox64
from pallets.staking.lottery import Candidate, draw

_PLACE = Struct("<II")


class BlockHashes(Protocol):
    """What the beacon asks of System."""

    block_hash: StorageMap[Twox64[BlockNumber], Hash]


@record
class BlockHashBeacon:
    """Randomness from block hashes.

    The author of the one block that counts can try several blocks and publish the one it likes: a bias of few bits,
    at the price of a slot each. A chain that cannot bear that supplies another beacon.
    """

    system: BlockHashes

    def after(self, block: BlockNumber) -> Hash | None:
        """The hash of `block`, which is known from the next block on; None before."""
        found = self.system.block_hash.get(block)
        return found if any(found) else None


def round_seed(task: TaskId, number: RoundNumber, beacon: Hash, enrolments: Mapping[AccountId, Enrolment]) -> Hash:
    """The seed of everything in a round that must not be chosen by anybody."""
    roots = b"".join(
        account + enrolment.data.root for account, enrolment in sorted(enrolments.items()) if enrolment.data is not None
    )
    return Hash(blake2_256(b"palletlab/round" + _PLACE.pack(task, number) + beacon + roots))


def training_seed(seed: Hash, account: AccountId) -> bytes:
    """The seed of one client's training: 32 bytes."""
    return blake2_256(b"palletlab/train" + seed + account)


def draw_roles(
    enrolments: Mapping[AccountId, Enrolment], weights: Mapping[AccountId, int], seats: Seats, seed: Hash
) -> Drawn:
    """The roles of a round; fewer than the seats where too few are enrolled with a weight above 0."""
    clients = draw(
        [(who, weights[who]) for who, enrolment in enrolments.items() if enrolment.data is not None],
        seats.clients,
        _seed_of(seed, b"clients"),
    )
    able = {who: weights[who] for who, enrolment in enrolments.items() if enrolment.duties}
    aggregators = _draw_preferring(able, [set(), set(clients)], seats.aggregators, _seed_of(seed, b"aggregators"))
    validators = _draw_preferring(
        able, [set(), set(aggregators) - set(clients), set(clients)], seats.validators, _seed_of(seed, b"validators")
    )
    return Drawn(tuple(sorted(clients)), aggregators, validators)


def _draw_preferring(
    able: Mapping[AccountId, int], busy: list[set[AccountId]], seats: int, seed: bytes
) -> tuple[AccountId, ...]:
    """Fill seats from those who are in none of the sets of `busy` first, then from each set in turn."""
    all_busy = set[AccountId]().union(*busy)
    drawn: tuple[AccountId, ...] = ()
    for rank, group in enumerate(busy):
        tier: list[Candidate] = [
            (who, weight) for who, weight in able.items() if (who in group if rank else who not in all_busy)
        ]
        drawn += draw(tier, seats - len(drawn), _seed_of(seed, bytes((rank,))))
    return drawn


def _seed_of(seed: bytes, part: bytes) -> bytes:
    return blake2_256(b"palletlab/draw" + seed + part)
