"""The plugin lends runtimes and chains, checks each block's state, and costs a run that does not use it nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.crypto.development import account, pair
from chain.extrinsic import Id
from chain.node.service import Node
from chain.offchain.participant import Participant
from chain.offchain.recorder import Recorder
from chain.offchain.replay import Replayed, signed_part
from chain.offchain.vault import Vault
from chain.primitives import BlockNumber
from chain.state.overlay import Overlay
from pallets.frame import Pallet, Signed, call_of, config
from pallets.frame.guard import TryStateError
from pallets.frame.offchain import OffchainNode
from pallets.frame.testing import MockRuntime, assert_last_event, assert_ok
from pallets.template import Config, SomethingStored, Template
from runtime.dev import UNIT, DevRuntime, genesis_state
from runtime.devnet import node_of
from tests.node_cli.drawing_runtime import DrawingRuntime


@config
class Nothing:
    """Nothing."""


ALICE, BOB = account("Alice"), account("Bob")


@pytest.mark.parametrize("_time", [1, 2])
def test_the_development_runtime_is_the_same_for_every_test(dev_runtime: DevRuntime, _time: int) -> None:
    assert dev_runtime.current_block_number() == 1
    assert dev_runtime.template.something.get() is None
    assert_ok(dev_runtime, Signed(ALICE), call_of(dev_runtime.template.do_something, something=42))
    assert_last_event(dev_runtime, SomethingStored(42, ALICE))


@given(value=st.integers(1, 2**32 - 1))
def test_the_development_runtime_is_the_same_for_every_example(dev_runtime: DevRuntime, value: int) -> None:
    assert dev_runtime.template.something.get() is None
    dev_runtime.template.something.put(value)


@pytest.mark.parametrize("index", [7, 8])
def test_a_mock_runtime_takes_the_pallets_of_its_test(mock_runtime: MockRuntime, index: int) -> None:
    template = Template(mock_runtime, Config(), index=index)
    assert_ok(mock_runtime, Signed(ALICE), call_of(template.do_something, something=index))
    assert template.something.get() == index


@pytest.mark.parametrize("_time", [1, 2])
def test_each_test_has_its_own_chain(dev_chain: Node[DevRuntime], _time: int) -> None:
    assert dev_chain.best.number == 0
    transfer = call_of(dev_chain.runtime_at().balances.transfer_keep_alive, dest=Id(BOB), value=UNIT)
    dev_chain.submit_call(pair("Alice"), transfer)
    dev_chain.seal()
    assert dev_chain.best.number == 1


@settings(max_examples=3)
@given(value=st.integers(UNIT, 2 * UNIT))
def test_each_example_makes_its_own_chain(new_dev_chain: Callable[[], Node[DevRuntime]], value: int) -> None:
    chain = new_dev_chain()
    transfer = call_of(chain.runtime_at().balances.transfer_keep_alive, dest=Id(BOB), value=value)
    chain.submit_call(pair("Alice"), transfer)
    assert len(chain.seal().extrinsics) == 2


def test_a_block_whose_state_contradicts_itself_ends_the_test(
    dev_chain: Node[DevRuntime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def contradict(_runtime: object) -> None:
        raise TryStateError("planted")

    monkeypatch.setattr(DevRuntime, "try_state", contradict)
    with pytest.raises(TryStateError, match="planted"):
        dev_chain.seal()


class Remarking(Pallet[Nothing]):
    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        text = b"%d at %d" % (now, node.timestamp())
        node.local_set(b"text", text)
        node.submit_signed(call_of(self.runtime_of_tests().system.remark_with_event, remark=text))

    def runtime_of_tests(self) -> DevRuntime:
        assert isinstance(self.host, DevRuntime)
        return self.host


class RemarkingRuntime(DevRuntime):
    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        self.remarking = Remarking(self, Nothing(), index=80)


class SilentRuntime(DevRuntime):
    """As before an edit."""


def test_recorded_runs_are_replayed(
    record_workers: Callable[..., Recorder], replay_worker: Callable[..., Replayed], tmp_path: Path
) -> None:
    node = node_of(RemarkingRuntime, genesis_state(), [Participant(pair("Alice"))])
    in_memory, in_folder = record_workers(node), record_workers(node, tmp_path)
    node.seal()
    included = node.seal().extrinsics[-1]
    in_folder.close()
    first, second = (each for each in in_memory.recordings if each.run.pallet == "Remarking")
    replayed = replay_worker(first, RemarkingRuntime)
    assert replayed.extrinsics == (signed_part(included),)
    assert included != second.extrinsics[second.run.accepted[0]]
    file, _ = sorted(tmp_path.glob("*-Remarking-*.run"))
    assert replay_worker(file, RemarkingRuntime).extrinsics == replayed.extrinsics
    with pytest.raises(pytest.fail.Exception, match=r"Remarking, host call 1: the run ended .*, 3 calls before"):
        replay_worker(first, SilentRuntime)


def test_replays_are_lent_the_secrets_that_the_test_recorded_and_no_others(
    record_workers: Callable[..., Recorder], replay_worker: Callable[..., Replayed], tmp_path: Path
) -> None:
    node = node_of(DrawingRuntime, genesis_state(), [Participant(pair("Alice"))])
    recorder = record_workers(node, vault=Vault(tmp_path / "secrets"))
    node.seal()
    node.seal()
    drew, kept = (each for each in recorder.recordings if each.run.pallet == "Drawing")
    for recording in (drew, kept):
        replay_worker(recording, DrawingRuntime)
        replay_worker(recording, DrawingRuntime, secrets=tmp_path / "secrets")
    for recording, needs in ((drew, "what random_seed came to"), (kept, "the value of secret/drawing")):
        with pytest.raises(pytest.fail.Exception, match=f"cannot be run: the run needs {needs}"):
            replay_worker(recording, DrawingRuntime, secrets=None)
    with pytest.raises(pytest.fail.Exception, match="those of another node"):
        replay_worker(drew, DrawingRuntime, vault=Vault())


def test_recording_ends_with_its_test(tmp_path: Path) -> None:
    test = tmp_path / "test_recording.py"
    test.write_text(
        "import logging\n"
        "from runtime.devnet import dev_node\n\n"
        "node, before = dev_node(), []\n\n\n"
        "def test_it_is_recorded(record_workers, tmp_path):\n"
        "    before.extend(logging.getLogger().handlers)\n"
        "    record_workers(node, tmp_path)\n"
        "    assert node.workers.layers and node.workers.asks_for_state\n\n\n"
        "def test_it_is_not_recorded():\n"
        "    assert not node.workers.layers and not node.workers.asks_for_state\n"
        "    assert logging.getLogger().handlers == before\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stdout


def test_a_run_that_uses_no_pallet_imports_none(tmp_path: Path) -> None:
    test = tmp_path / "test_empty.py"
    test.write_text(
        "import sys\n\n\ndef test_nothing():\n"
        "    assert 'runtime.pytest_plugin' in sys.modules\n"
        "    assert not [name for name in sys.modules if name.split('.')[0] in ('chain', 'pallets', 'hypothesis')]\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stdout
