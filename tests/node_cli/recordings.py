"""Recordings of a run that does something of everything, as files."""

from __future__ import annotations

from pathlib import Path

from chain.crypto.development import pair
from chain.offchain.participant import Participant
from chain.offchain.recorder import Recorder
from chain.offchain.vault import Vault
from runtime.dev import genesis_state
from runtime.devnet import node_of
from tests.node_cli.drawing_runtime import DrawingRuntime
from tests.node_cli.remarking_runtime import RemarkingRuntime

SOURCE = "tests.node_cli.remarking_runtime:RemarkingRuntime"
SILENT = "runtime.dev:DevRuntime"


def recorded_secrets_in(folder: Path, vault: Vault) -> list[Path]:
    """The files of the runs of one pallet on three blocks, the first two of which have a secret."""
    node = node_of(DrawingRuntime, genesis_state(), [Participant(pair("Alice"))])
    recorder = Recorder(folder, source="tests.node_cli.drawing_runtime:DrawingRuntime", vault=vault)
    stop = recorder.follow(node)
    for _ in range(3):
        node.seal()
    stop()
    recorder.close()
    return sorted(folder.glob("*-Drawing-*.run"))


def recorded_in(
    folder: Path, *, data: object = None, keeps_data: bool = False, vault: Vault | None = None
) -> list[Path]:
    """The files of the runs of one pallet on three blocks, the first of which submits, the second fails."""
    node = node_of(RemarkingRuntime, genesis_state(), [Participant(pair("Alice"), data=data)])
    recorder = Recorder(folder, source=SOURCE, keeps_data=keeps_data, vault=vault)
    stop = recorder.follow(node)
    for _ in range(3):
        node.seal()
    stop()
    recorder.close()
    return sorted(folder.glob("*-Remarking-*.run"))
