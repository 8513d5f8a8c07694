"""Unlearning fits into a block, whatever a task has to undo."""

from __future__ import annotations

from pallets.federated_round.unlearning.calls import unlearning_weight
from runtime.dev import WEIGHTS
from runtime.devnet import dev_node


def test_the_largest_unlearning_of_the_development_chain_can_be_submitted() -> None:
    most = WEIGHTS.per_class[0].max_extrinsic
    assert most is not None
    weight = unlearning_weight(dev_node().runtime_at().federated_round.config)
    assert weight.ref_time <= most.ref_time
