"""Forests whose bytes must never change, on any machine, Python or numpy; run as a program it prints their digests.

.venv-numpy1/bin/python -m tests.pallets.learning.pinned_forests    needs numpy alone
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

from pallets.learning.forest import ForestParameters
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_training import train_classifier, train_regressor
from pallets.learning.stream import Stream, seed_for

PINNED = ("1be9b0108e3638de6f09c4d0a04a6f5f", "de682641586daad8fbc4639786f10940")
"""BLAKE2b-128 of the encodings of a classifier and a regressor."""


def digests() -> tuple[str, ...]:
    """What this machine makes of them."""
    stream = Stream(seed_for("pinned rows"))
    rows = [stream.draws(12, 65536) for _ in range(400)]
    noise = stream.draws(400, 8)
    labels = [n % 3 if n < 2 else (row[0] + row[-1]) * 3 // 131072 for n, row in zip(noise, rows, strict=True)]
    targets = [row[0] * 3 - row[1] for row in rows]
    parameters = ForestParameters(trees=20, classes=3)
    forests = (
        train_classifier(rows, labels, parameters, b"pin"),
        train_regressor(rows, targets, replace(parameters, classes=0, min_leaf=3), b"pin"),
    )
    return tuple(blake2b(encode_forest(forest), digest_size=16).hexdigest() for forest in forests)


if __name__ == "__main__":
    print(*digests())
