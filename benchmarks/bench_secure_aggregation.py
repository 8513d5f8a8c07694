"""A whole round of secure aggregation; peer Flower's SecAgg+, in its own simulation, with as many shares as clients.

Ours is one process and one thread that plays all clients and the server, from fresh keys to the sum; Flower's clients
share the machine's cores. Nobody drops on either side. Each sum is compared with the plain one. The masks alone stand
beside the cipher that makes them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, cpu_seconds, row_of
from benchmarks.peers import FLOWER_SECAGG, PeerProcess
from benchmarks.run import alone
from pallets.learning.secure_aggregation.client import Client
from pallets.learning.secure_aggregation.encoding import Encoding
from pallets.learning.secure_aggregation.masks import Mask, apply_masks
from pallets.learning.secure_aggregation.messages import roster_of
from pallets.learning.secure_aggregation.server import Server

SIZES: Final = ((10, 10_000, 20), (50, 10_000, 50), (10, 1_000_000, 6))
"""Clients, parameters, and how many times faster than Flower."""

QUICK_SIZES: Final = ((4, 1000, 20),)
ROUNDS_OF_MANY: Final = 3
"""A round of 50 clients takes Flower half a minute."""

MASK_BYTES: Final = 2**25
FRACTIONAL_BITS: Final = 18
"""Flower's 2^22 steps over a range of 16."""


def rows(run: Run) -> Iterator[Row]:
    """Time of masks beside their cipher, and of rounds beside Flower's."""
    yield mask_row(run)
    for clients, parameters, goal in QUICK_SIZES if run.is_quick else SIZES:
        yield round_row(run, clients, parameters, goal)


def mask_row(run: Run) -> Row:
    """One mask of 32 MiB, made and added, beside the cipher's stream alone."""
    run.say("masks")
    key, zeros, room = os.urandom(32), bytes(MASK_BYTES), bytearray(MASK_BYTES + 16)
    vector = np.zeros(MASK_BYTES // 4, dtype="<u4")

    def stream() -> None:
        Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor().update_into(zeros, room)

    apply_masks(vector, [Mask(key)])
    stream()
    if vector.tobytes() != bytes(room[:MASK_BYTES]):
        raise WorkDiffers("our mask is not the cipher's stream")
    return row_of(
        compare(run.rounds, lambda: cpu_seconds(lambda: apply_masks(vector, [Mask(key)])), lambda: cpu_seconds(stream)),
        1e3,
        name="one mask, made and added",
        work="32 MiB",
        unit="ms",
        peer="AES-256-CTR alone",
        goal=Goal("at most", 2),
    )


def round_row(run: Run, clients: int, parameters: int, goal: int) -> Row:
    """A round beside Flower's."""
    updates = np.random.default_rng(clients).integers(-(2**26), 2**26, (clients, parameters), dtype=np.int64)
    run.say(f"rounds of {clients} clients")
    with PeerProcess(FLOWER_SECAGG, run.say, clients=clients, parameters=parameters) as peer:

        def peers() -> float:
            answer = peer.ask("round")
            if not answer["is_right"]:
                raise WorkDiffers("the mean of Flower's SecAgg+ is not the mean of the updates")
            return float(answer["seconds"])

        return row_of(
            compare(run.rounds if clients < 50 else min(run.rounds, ROUNDS_OF_MANY), lambda: our_round(updates), peers),
            1e3,
            name="secure aggregation, one round",
            work=f"{clients} clients, {parameters:,} parameters",
            unit="ms",
            peer=FLOWER_SECAGG.title,
            goal=Goal("at least", goal),
        )


def our_round(updates: NDArray[np.int64]) -> float:
    """Wall seconds of a round of these updates, from fresh keys to the sum."""
    begun = time.perf_counter()
    count, parameters = updates.shape
    encoding = Encoding(clip=8 << FRACTIONAL_BITS, fractional_bits=FRACTIONAL_BITS)
    clients = [Client(number.to_bytes(2, "big"), encoding, os.urandom) for number in range(count)]
    # accounts sign in transactions of their own, and Flower's clients sign nothing
    announced = [client.announce(b"round", lambda _message: b"") for client in clients]
    roster = roster_of(b"round", announced, 2 * count // 3 + 1, lambda *_signed: True)
    server = Server(roster, encoding, parameters)
    for client in clients:
        server.take_dealing(client.deal(roster, roster.digest))
    dealers, dealings = server.dealers(), server.dealings()
    fixed = dealers.digest(roster)
    for number, client in enumerate(clients):
        client.receive(dealings)
        server.take_masked(number, client.mask(updates[number], dealers, fixed))
    survivors = server.survivors()
    fixed = survivors.digest(roster)
    found = server.unmask([client.reveal(survivors, fixed) for client in clients])
    seconds = time.perf_counter() - begun
    shift = 24 - FRACTIONAL_BITS
    if not np.array_equal(found.values, (np.sign(updates) * (np.abs(updates) >> shift)).sum(axis=0)):
        raise WorkDiffers("our sum is not the sum of the updates")
    return seconds


if __name__ == "__main__":
    raise SystemExit(alone("secure_aggregation"))
