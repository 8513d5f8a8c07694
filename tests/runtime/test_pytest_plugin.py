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
from pallets.frame import Signed, call_of
from pallets.frame.guard import TryStateError
from pallets.frame.testing import MockRuntime, assert_last_event, assert_ok
from pallets.template import Config, SomethingStored, Template
from runtime.dev import UNIT, DevRuntime

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
