"""The attacks by name, and which kind of model each can be made on."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Attack(Enum):
    """What a dishonest client does; the value is its name on the command line."""

    LABEL_FLIP = "label-flip"
    RANDOM_WEIGHTS = "random-weights"
    LAZY_COPY = "lazy-copy"
    SIGN_FLIP = "sign-flip"
    SCALED_UPDATE = "scaled-update"
    BACKDOOR = "backdoor"
    SEED_GRINDING = "seed-grinding"
    WEIGHT_COPYING = "weight-copying"
    SYBILS = "sybils"


DEEDS: Final = {
    Attack.LABEL_FLIP: "trains on the opposite class of every row",
    Attack.RANDOM_WEIGHTS: "sends weights or trees that were drawn, not trained",
    Attack.LAZY_COPY: "sends back the model that the round began from, or trees of one leaf",
    Attack.SIGN_FLIP: "sends the opposite of its honest update",
    Attack.SCALED_UPDATE: "sends ten times its honest update",
    Attack.BACKDOOR: "marks a third of its rows and tells the marked ones as class 0",
    Attack.SEED_GRINDING: "trains from seeds of its own and sends what the last test set likes best",
    Attack.WEIGHT_COPYING: "sends what another client sent, as soon as it can read it",
    Attack.SYBILS: "takes part under several names with one and the same data",
}
"""In a sentence each."""

FOR_ALL: Final = frozenset(Attack)
"""Boosted trees have leaves that can be scaled, networks batches that are drawn: both can be attacked in every way."""

FOR_FORESTS: Final = frozenset(Attack) - {Attack.SCALED_UPDATE}
"""A forest has a fixed number of trees, so nothing in it can be scaled."""

FOR_AVERAGES: Final = frozenset(Attack) - {Attack.SEED_GRINDING}
"""Descent is the same for every seed, so there is nothing to grind."""
