"""SCAFFOLD: clients correct their gradients by how their data differ from everybody's.

    own ← own - server + (start - trained) / (steps · rate)                              on the client
    weights ← weights + server rate · mean(trained - start)                              on the server
    server ← server + Σ (new own - own) / clients

The correction of a client's steps is in `client_descent`. Everything has 24 fractional bits; every division rounds
toward zero. Source: Karimireddy et al. 2020, option II.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.aggregation.rates import ONE, OptimiserError, check_lengths, check_rate
from pallets.learning.averaging import weighted_sums
from pallets.learning.fixed_point import divide, ensure_int64


def client_control(
    own: Sequence[int],
    server: Sequence[int],
    start: Sequence[int],
    trained: Sequence[int],
    *,
    steps: int,
    learning_rate: int,
) -> list[int]:
    """A client's new control variate after so many steps; learning_rate: 32 fractional bits."""
    check_lengths(start, own=own, server=server, trained=trained)
    check_rate(learning_rate, "learning_rate", low=1)
    if steps < 1:
        raise OptimiserError(f"{steps} steps")
    return [
        ensure_int64(mine - everybody + divide((begun - ended) * ONE, steps * learning_rate), f"control {index}")
        for index, (mine, everybody, begun, ended) in enumerate(zip(own, server, start, trained, strict=True))
    ]


def server_step(
    weights: Sequence[int],
    control: Sequence[int],
    trained: Sequence[Sequence[int]],
    control_changes: Sequence[Sequence[int]],
    *,
    clients: int,
    learning_rate: int = ONE,
) -> tuple[list[int], list[int]]:
    """New weights and the new control variate of the server.

    trained: weights of each participant
    control_changes: new minus old control variate of each
    clients: of the whole federation, of whom the participants are a part
    """
    if len(trained) != len(control_changes) or not 1 <= len(trained) <= clients:
        raise OptimiserError(f"{len(trained)} updates, {len(control_changes)} changes of controls, {clients} clients")
    check_lengths(weights, control=control, update=trained[0], change=control_changes[0])
    check_rate(learning_rate, "learning_rate")
    count = [1] * len(trained)
    sums = weighted_sums(trained, count)
    moved = [
        ensure_int64(
            weight + divide(learning_rate * (total - len(trained) * weight), ONE * len(trained)), f"weight {index}"
        )
        for index, (weight, total) in enumerate(zip(weights, sums, strict=True))
    ]
    changes = weighted_sums(control_changes, count)
    return moved, [
        ensure_int64(value + divide(change, clients), f"control {index}")
        for index, (value, change) in enumerate(zip(control, changes, strict=True))
    ]
