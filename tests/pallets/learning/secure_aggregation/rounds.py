"""A round of secure aggregation from end to end, with ed25519 accounts and a chain that fixes digests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from hashlib import shake_256

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from numpy.typing import NDArray

from pallets.learning.secure_aggregation.client import Client
from pallets.learning.secure_aggregation.encoding import Encoding
from pallets.learning.secure_aggregation.messages import Announcement, Dealing, Members, Roster, roster_of
from pallets.learning.secure_aggregation.server import Server, Unmasked

ROUND = b"round 7 of task 3"
ENCODING = Encoding(clip=8 << 18)
PARAMETERS = 50


def seeded(seed: int) -> Callable[[int], bytes]:
    """Bytes for a test that is the same each time."""
    calls = 0

    def random_bytes(count: int) -> bytes:
        nonlocal calls
        calls += 1
        return shake_256(f"{seed}/{calls}".encode()).digest(count)

    return random_bytes


def account(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))


def identity(number: int) -> bytes:
    return account(number).public_key().public_bytes_raw()


def verify(who: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(who).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def updates_of(clients: int, parameters: int = PARAMETERS) -> NDArray[np.int64]:
    """Updates with 24 fractional bits, within the clip."""
    return np.random.default_rng(clients).integers(-(2**26), 2**26, (clients, parameters), dtype=np.int64)


def expected_sum(updates: NDArray[np.int64], weights: Sequence[int], members: Sequence[int]) -> list[int]:
    """The plain sum, in Python integers."""
    total = [0] * updates.shape[1]
    for member in members:
        steps = [abs(value) // 2**6 * (-1 if value < 0 else 1) * weights[member] for value in updates[member].tolist()]
        total = [a + b for a, b in zip(total, steps, strict=True)]
    return total


@dataclass
class Enrolled:
    """Clients by their numbers in the roster, and the server."""

    clients: list[Client]
    roster: Roster
    server: Server
    encoding: Encoding = ENCODING
    dealers: Members | None = None
    fixed: dict[str, bytes] = field(default_factory=dict)

    def deal(self, missing: Collection[int] = ()) -> list[Dealing]:
        """Everybody deals but those who are missing; the chain fixes who has."""
        for number, client in enumerate(self.clients):
            if number not in missing:
                self.server.take_dealing(client.deal(self.roster, self.roster.digest))
        self.dealers = self.server.dealers()
        self.fixed["dealers"] = self.dealers.digest(self.roster)
        return self.server.dealings()

    def receive(self, dealings: Sequence[Dealing]) -> None:
        assert self.dealers is not None
        for number in self.dealers.numbers:
            self.clients[number].receive(dealings)

    def mask(self, updates: NDArray[np.int64], weights: Sequence[int], dropped: Collection[int] = ()) -> None:
        """Every dealer masks; the updates of those who drop never arrive."""
        assert self.dealers is not None
        for number in self.dealers.numbers:
            hidden = self.clients[number].mask(
                updates[number], self.dealers, self.fixed["dealers"], weight=weights[number]
            )
            if number not in dropped:
                self.server.take_masked(number, hidden)
        self.fixed["survivors"] = self.server.survivors().digest(self.roster)

    def unmask(self, silent: Collection[int] = ()) -> Unmasked:
        """Survivors reveal, but for the silent ones."""
        survivors = self.server.survivors()
        revealing = [number for number in survivors.numbers if number not in silent]
        return self.server.unmask(
            [self.clients[number].reveal(survivors, self.fixed["survivors"]) for number in revealing]
        )


def announced(
    clients: int, encoding: Encoding = ENCODING, round_id: bytes = ROUND
) -> list[tuple[Client, Announcement]]:
    made = []
    for number in range(1, clients + 1):
        client = Client(identity(number), encoding, seeded(number))
        made.append((client, client.announce(round_id, account(number).sign)))
    return made


def enrolled(clients: int, threshold: int, encoding: Encoding = ENCODING, parameters: int = PARAMETERS) -> Enrolled:
    """A round after its roster is fixed."""
    made = announced(clients, encoding)
    roster = roster_of(ROUND, [announcement for _, announcement in made], threshold, verify)
    ordered = sorted((client for client, _ in made), key=lambda client: roster.number_of(client.identity))
    return Enrolled(ordered, roster, Server(roster, encoding, parameters), encoding)


def masked_round(clients: int, threshold: int, dropped: Collection[int] = ()) -> tuple[Enrolled, NDArray[np.int64]]:
    """A round up to its survivors, each with weight 1."""
    these = enrolled(clients, threshold)
    updates = updates_of(clients)
    these.receive(these.deal())
    these.mask(updates, [1] * clients, dropped)
    return these, updates
