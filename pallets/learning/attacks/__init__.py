"""What a dishonest client may do, for simulations and tests of the defences: seeded, in integers, nothing in place.

Reading order:
  catalogue   the attacks by name, and which models each can be made on
  rows        before training: label flip, random and shuffled labels, backdoor
  updates     in place of trained weights: random weights, sign flip, scaled update
  trees       in place of a trained forest: the same for trees
  seeds       in place of the seed that was drawn: the one that suits best
  aggregates  in place of what honest aggregators compute
Copying and sybils are things that clients do to each other: `simulation` plays them.
"""

from pallets.learning.attacks.aggregates import falsified
from pallets.learning.attacks.catalogue import DEEDS, FOR_ALL, FOR_AVERAGES, FOR_FORESTS, Attack
from pallets.learning.attacks.rows import backdoor, label_flip, random_labels, shuffled_labels, triggered
from pallets.learning.attacks.seeds import ground
from pallets.learning.attacks.trees import constant_forest, random_forest, reversed_forest
from pallets.learning.attacks.updates import random_weights, reversed_update, scaled_update

__all__ = [
    "DEEDS",
    "FOR_ALL",
    "FOR_AVERAGES",
    "FOR_FORESTS",
    "Attack",
    "backdoor",
    "constant_forest",
    "falsified",
    "ground",
    "label_flip",
    "random_forest",
    "random_labels",
    "random_weights",
    "reversed_forest",
    "reversed_update",
    "scaled_update",
    "shuffled_labels",
    "triggered",
]
