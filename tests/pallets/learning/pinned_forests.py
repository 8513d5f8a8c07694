"""Forests whose bytes must never change, on any machine, Python or numpy; run as a program it prints their digests.

.venv-numpy1/bin/python -m tests.pallets.learning.pinned_forests    needs numpy alone
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

from pallets.learning.boosting.model import BoostingParameters, empty_boosted
from pallets.learning.boosting.model_codec import encode_boosted
from pallets.learning.boosting.training import train_boosted
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_training import train_classifier, train_regressor
from pallets.learning.stream import Stream, seed_for

PINNED = (
    "1be9b0108e3638de6f09c4d0a04a6f5f",
    "de682641586daad8fbc4639786f10940",
    "76d97ab06346c5d5644863702ea4bb8c",
    "ef311ea9170635c81e3293b22f8870e9",
)
"""BLAKE2b-128 of the encodings: random forests, a classifier and a regressor, then boosted trees likewise."""


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
    boosting = BoostingParameters(stages=10, rows_share=52429, features_per_split=5)
    boosted = (
        train_boosted(empty_boosted(12, 3), rows, labels, boosting, b"pin"),
        train_boosted(empty_boosted(12), rows, targets, boosting, b"pin"),
    )
    encodings = (*map(encode_forest, forests), *map(encode_boosted, boosted))
    return tuple(blake2b(encoding, digest_size=16).hexdigest() for encoding in encodings)


if __name__ == "__main__":
    print(*digests())
