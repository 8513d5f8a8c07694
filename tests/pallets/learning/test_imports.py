from __future__ import annotations

import subprocess
import sys

import pytest

ON_CHAIN = (
    "attacks", "averaging", "contribution", "datasets", "air_quality", "decoding", "fixed_point", "forest",
    "forest_codec", "forest_federation", "forest_proof", "leaf_masks", "linear_model", "metrics", "partition",
    "prediction", "quantise", "sigmoid", "stream", "synthetic", "unlearning",
    "aggregation.adaptive", "aggregation.asynchronous", "aggregation.client_descent",
    "aggregation.control_variates", "aggregation.fairness", "aggregation.hierarchical", "aggregation.momentum",
    "aggregation.optimiser_state",
    "boosting.model", "boosting.model_codec", "boosting.proof", "boosting.rounds",
    "privacy.budget", "privacy.clipping", "privacy.discrete_gaussian", "privacy.rdp",
    "robust.bounds", "robust.columns",
    "secure_aggregation.messages", "secure_aggregation.shamir", "secure_aggregation.threshold",
)  # fmt: skip


@pytest.mark.parametrize("heavy", ["numpy", "sklearn", "cryptography", "chain"])
def test_what_the_runtime_uses_is_light(heavy: str) -> None:
    script = (
        f"import sys, {', '.join(f'pallets.learning.{name}' for name in ON_CHAIN)}\nprint({heavy!r} in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
