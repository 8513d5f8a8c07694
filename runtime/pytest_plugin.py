"""The pytest plugin of palletlab: fixtures, and runtimes that are taken back after each test and example.

Installed with the package, so that every test has these fixtures:

    dev_runtime     the development runtime in block 1; the same object for all tests, taken back after each
    dev_chain       a node over it, sealing on demand, new for each test
    new_dev_chain   makes such nodes: one for each hypothesis example
    dev_net         a client of `dev_chain`: calls, storage and events by name, a block for each transaction
    mock_runtime    System alone, for the pallets that the test adds
    record_workers  records the runs of a node's offchain workers: `record_workers(node).recordings`
    replay_worker   runs a recording again and fails where it differs: `replay_worker(recording, MyRuntime)`; it is lent
                    the secrets of what the test recorded, or those at a path: `secrets=path`

Every block that the nodes import has its `try_state` run. A runtime of your own that lives longer than a test is
isolated too where it is a `MockRuntime` (`mount` makes one), or handed to `pallets.frame.testing.isolated`.

What is imported here, every pytest run pays for: nothing of the chain before a fixture needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:  # annotations alone need these: see above
    from chain.node.importer import BlockImport
    from chain.node.service import Node
    from chain.offchain.recorder import RecordedNode, Recorder
    from chain.offchain.recording import Recording
    from chain.offchain.replay import Replayed
    from chain.offchain.vault import Vault
    from chain.runtime_api import RuntimeFactory
    from pallets.frame.testing.isolation import Isolation
    from pallets.frame.testing.mock import MockRuntime
    from runtime.dev import DevRuntime
    from runtime.notebook import LocalClient

    NewChain = Callable[[], Node[DevRuntime]]


@pytest.fixture(scope="session")
def dev_runtime() -> DevRuntime:
    """The development runtime, in block 1 of a fresh chain."""
    from chain.block import Header
    from chain.primitives import Hash
    from chain.state.overlay import Overlay
    from pallets.frame.testing import isolated
    from runtime.dev import DevRuntime, genesis_state
    from runtime.genesis import genesis_header

    state = genesis_state()
    runtime = isolated(DevRuntime(Overlay(state)))
    unknown = Hash(bytes(32))
    runtime.initialize_block(Header(genesis_header(state).hash, 1, unknown, unknown, ()))
    return runtime


@pytest.fixture(scope="session")
def new_dev_chain() -> NewChain:
    """Makes nodes over the development runtime, each with a fresh chain; every block's state is checked."""
    from runtime.dev import genesis_state
    from runtime.devnet import dev_node

    genesis = genesis_state()

    def new() -> Node[DevRuntime]:
        node = dev_node(genesis)

        def check(imported: BlockImport) -> None:
            node.runtime_at(imported.block.hash).try_state()

        node.on_block(check)
        return node

    return new


@pytest.fixture
def dev_chain(new_dev_chain: NewChain) -> Node[DevRuntime]:
    """A node over the development runtime, with a fresh chain; every block's state is checked."""
    return new_dev_chain()


@pytest.fixture
def dev_net(dev_chain: Node[DevRuntime]) -> Iterator[LocalClient[DevRuntime]]:
    """A client of `dev_chain`; a block for each transaction."""
    from runtime.notebook import client_of

    with client_of(dev_chain) as net:
        yield net


@pytest.fixture
def mock_runtime() -> MockRuntime:
    """System over an empty state in block 1; pallets are made with it: `Forecast(mock_runtime, Config(), index=8)`."""
    from pallets.frame.testing import MockRuntime

    # compiled layouts belong to a runtime class: another test's pallets may have the same indices
    made = type("Mock", (MockRuntime,), {})()
    assert isinstance(made, MockRuntime)
    return made


@pytest.fixture
def record_workers() -> Iterator[Callable[..., Recorder]]:
    """Records a node's runs until the test ends: in memory, or in a folder; `record_workers(node, folder)`.

    Named arguments are those of `Recorder`. While it goes on, runs read their state by host calls, which is slower.
    """
    from chain.offchain.recorder import Recorder

    ends, vaults = list[Callable[[], None]](), len(_VAULTS)

    def start(node: RecordedNode, folder: Path | None = None, **named: Any) -> Recorder:
        recorder = Recorder(folder, **named)
        ends.extend((recorder.close, recorder.follow(node)))
        _VAULTS.append(recorder.vault)
        return recorder

    yield start
    while ends:
        ends.pop()()
    del _VAULTS[vaults:]


_VAULTS: list[Vault] = []
"""The secrets of what the test that goes on has recorded."""


@pytest.fixture
def replay_worker() -> Callable[..., Replayed]:
    """Runs a recording, or the file of one, without chain and network; fails at the first host call that differs.

    replay_worker(recording, MyRuntime)     `DevRuntime` by default; named arguments are those of `replay`
    secrets: the folder of the node that recorded, or the file of its secrets; by default those that the test recorded
        itself. None lends nothing, as to a stranger, and fails where the run needs any
    """
    from chain.offchain.recording_file import read_recording
    from chain.offchain.replay import replay
    from chain.offchain.vault import SecretRefused, vault_at
    from chain.offchain.withholding import SecretsMissing

    def again(
        recording: Recording | Path,
        runtime: RuntimeFactory | None = None,
        *,
        secrets: Path | Literal["recorded"] | None = "recorded",
        **named: Any,
    ) -> Replayed:
        if runtime is None:
            from runtime.dev import DevRuntime

            runtime = DevRuntime
        found = read_recording(recording) if isinstance(recording, Path) else recording
        if isinstance(secrets, Path):
            named["vault"] = vault_at(secrets)
        elif secrets is not None and "vault" not in named:
            named["vault"] = next((each for each in _VAULTS if each.fingerprint == found.vault), None)
        try:
            replayed = replay(found, runtime, **named)
        except (SecretRefused, SecretsMissing) as error:
            pytest.fail(f"the replay cannot be run: {error}", pytrace=False)
        if replayed.difference is not None:
            pytest.fail(f"the replay differs: {replayed.difference}", pytrace=False)
        return replayed

    return again


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, Any, Any]:
    """What a test writes is gone when it has ended; what modules made when they were imported stays."""
    _if_used(lambda isolation: isolation.keep())
    try:
        return (yield)
    finally:
        _if_used(lambda isolation: isolation.end_test())


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """A fixture that outlives the test leaves runtimes as the following tests shall find them."""
    if fixturedef.scope == "function":
        _if_used(lambda isolation: isolation.begin_test())
        return (yield)
    made = yield
    _if_used(lambda isolation: isolation.keep())
    return made


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """Runtimes are taken back between the examples of a hypothesis test."""
    _if_used(lambda isolation: isolation.begin_test())
    handle: Any = getattr(pyfuncitem.obj, "hypothesis", None)
    isolation = _isolation()
    if handle is None or isolation is None:
        return (yield)
    rewind, test = isolation.rewinder(), handle.inner_test

    def rewound(*arguments: Any, **named: Any) -> Any:
        try:
            return test(*arguments, **named)
        finally:
            rewind()

    # hypothesis looks its test up here for each example, and names it in what it reports
    handle.inner_test = _like(rewound, test)
    try:
        return (yield)
    finally:
        handle.inner_test = test


def _like(wrapper: Callable[..., Any], test: Callable[..., Any]) -> Callable[..., Any]:
    from functools import wraps

    return wraps(test)(wrapper)


def _isolation() -> Isolation | None:
    """The runtimes to take back; None where no test has imported the kit's testing part."""
    module = sys.modules.get("pallets.frame.testing.isolation")
    found: Isolation | None = None if module is None else module.ISOLATION
    return found


def _if_used(act: Callable[[Isolation], None]) -> None:
    isolation = _isolation()
    if isolation is not None:
        act(isolation)
