"""A client of Substrate, as its registry ships it, brings a forest on chain and has it asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.devnets import CHECKOUT, running_devnet
from tests.end_to_end.prediction_scenario import write_prediction
from tests.end_to_end.test_python_clients import CLIENTS, run


def test_py_substrate_interface_is_told_what_the_forest_says(tmp_path: Path) -> None:
    name = "substrateinterface"
    if not (CHECKOUT / f".venv-{CLIENTS[name][0]}" / name).is_dir():
        pytest.skip(f"{name} is not installed; `make peers` does it")
    path, said = write_prediction(tmp_path)
    with running_devnet("--manual", "--unsafe-rpc") as url:
        assert run(name, "predict", url, str(path)) == {"answers": said}
