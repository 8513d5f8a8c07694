"""A client's side of a hidden round: the protocol's client made again from one seed, and its update under masks.

What is hidden is how an update differs from the base version, each weight clipped; with noise the difference is first
shortened to the clip, for the privacy follows from its length. Then it is counted by the client's weight.
"""

from __future__ import annotations

from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from chain.primitives import AccountId
from pallets.federated_round.secrecy.choice import NoiseLaw
from pallets.federated_round.secrecy.hidden_round import HiddenRound, members_of
from pallets.federated_round.secrecy.types import Group
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.privacy.mechanisms import noise_share
from pallets.learning.privacy.skellam import skellam_share
from pallets.learning.robust.norms import clipped
from pallets.learning.secure_aggregation.client import Client
from pallets.learning.secure_aggregation.message_codec import encode_masked
from pallets.learning.secure_aggregation.messages import Announcement, Stage
from pallets.learning.secure_aggregation.shamir import RandomBytes


def client_of(seen: HiddenRound, who: AccountId, seed: bytes) -> Client:
    """The client whose keys, shares and own mask follow from its seed."""
    return Client(bytes(who), seen.encoding, secret_bytes(seed, b"client"))


def announcement_of(seen: HiddenRound, client: Client) -> Announcement:
    """Its keys; the transaction that brings them to the chain is what signs them."""
    return client.announce(seen.identity, lambda _message: b"")


def secret_bytes(seed: bytes, purpose: bytes) -> RandomBytes:
    """Bytes that follow from a secret seed, call by call: SHAKE-256 of seed ‖ purpose ‖ number of the call u64."""
    calls = 0

    def random_bytes(count: int) -> bytes:
        nonlocal calls
        calls += 1
        return shake_256(seed + purpose + calls.to_bytes(8, "little")).digest(count)

    return random_bytes


def masked_update(seen: HiddenRound, client: Client, group: Group, move: NDArray[np.int64], seed: bytes) -> bytes:
    """The canonical bytes of a client's update under its masks; the client has dealt and received.

    move: how far the update is from where all began, 24 fractional bits
    """
    hiding = seen.secrecy.hiding
    noise = None
    if hiding.noise:
        move = clipped(move, hiding.clip << (WEIGHT_FRACTIONAL_BITS - hiding.fractional_bits))
        share = skellam_share if hiding.law is NoiseLaw.SKELLAM else noise_share
        noise = share(len(move), float(hiding.noise) ** 2, secret_bytes(seed, b"noise"))
    roster, dealers = seen.roster(group), members_of(Stage.DEALERS, group.dealers)
    weight = seen.weight_of(AccountId(client.identity))
    return encode_masked(client.mask(move, dealers, dealers.digest(roster), weight, noise))
