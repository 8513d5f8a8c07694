"""A forest that is brought on chain and asked, as data: written as in `round_scenario`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pallets.learning.datasets import breast_cancer
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_training import train_classifier
from pallets.learning.prediction import Predictor
from pallets.ml_registry import FOREST_MERGE, Version, artifact_of, version_id
from runtime.dev import UNIT

ROWS: Final = 4


def write_prediction(folder: Path) -> tuple[Path, list[dict[str, Any]]]:
    """A file with blocks of calls, the last of which asks; and what the forest says."""
    task = breast_cancer()
    forest = train_classifier(task.rows[50:], task.targets[50:], ForestParameters(trees=10, classes=2), bytes(32))
    data, rows = encode_forest(forest), [list(row) for row in task.rows[:ROWS]]
    artifact = artifact_of(data)
    version = _hex(version_id(Version(0, 0, artifact, None, 0, ())))
    described = {"cid": {"bytes": _hex(artifact.cid)}, "root": _hex(artifact.root), "size": len(data)}
    named = {"name": {"bytes": _hex(b"cells")}, "algorithm": FOREST_MERGE, "licence": {"bytes": _hex(b"CC-BY-4.0")}}
    bound = {"size": len(data), "trees": 10, "comparisons": str(forest.cost_bound * ROWS)}
    blocks = [
        _call("Alice", "MlRegistry", "create_model", **named, description=_hex(bytes(32))),
        _call(
            "Alice",
            "MlRegistry",
            "publish_version",
            model=0,
            artifact=described,
            parent=None,
            metric=0,
            contributors=[],
        ),
        _call("Bob", "Inference", "place", version=version, artifact={"bytes": _hex(data)}),
        _call("Alice", "Inference", "set_fee", model=0, fee=str(UNIT)),
        _call("Charlie", "Inference", "predict", version=version, rows=rows, bound=bound, most_fee=str(ROWS * UNIT)),
    ]
    path = folder / "prediction.json"
    path.write_text(json.dumps({"blocks": blocks}))
    votes = [Predictor(forest).votes(row) for row in rows]
    return path, [{"Voted": {"label": each.index(max(each)), "votes": max(each), "trees": 10}} for each in votes]


def _call(who: str, pallet: str, call: str, **arguments: object) -> dict[str, Any]:
    return {"who": who, "pallet": pallet, "call": call, "arguments": arguments}


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
