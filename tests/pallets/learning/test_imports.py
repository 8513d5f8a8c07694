from __future__ import annotations

import subprocess
import sys

import pytest

ON_CHAIN = (
    "attacks", "averaging", "contribution", "datasets", "air_quality", "decoding", "fixed_point", "forest",
    "forest_codec", "leaf_masks", "linear_model", "metrics", "partition", "prediction", "quantise", "sigmoid",
    "stream", "synthetic",
)  # fmt: skip


@pytest.mark.parametrize("heavy", ["numpy", "sklearn", "chain"])
def test_what_the_runtime_uses_is_light(heavy: str) -> None:
    script = (
        f"import sys, {', '.join(f'pallets.learning.{name}' for name in ON_CHAIN)}\nprint({heavy!r} in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
