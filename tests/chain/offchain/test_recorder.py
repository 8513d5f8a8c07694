"""What a run was told and did is all in its recording, wherever it ran, and nothing that is secret."""

from __future__ import annotations

import logging
import pickle
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgpack
import pytest

from chain.block import Header
from chain.offchain.executor import Executor, Inline
from chain.offchain.hook import Overlap, Trigger
from chain.offchain.participant import Participant
from chain.offchain.processes import Processes
from chain.offchain.recording_file import INCLUSIONS, encode_recording, read_inclusions, read_recording
from chain.offchain.secrecy import SECRET_STORAGE
from chain.offchain.threads import Threads
from chain.offchain.withholding import restored
from chain.runtime_api import Capability, OffchainNode
from tests.chain.node.fake_runtime import FakeCall, FakeRuntime, encode
from tests.chain.offchain.recorded import ALICE, busy, one_block, recorded

EVERYWHERE = pytest.mark.parametrize(
    "executor", [Inline, lambda: Threads(2), lambda: Processes(1)], ids=("inline", "threads", "processes")
)
NAMES = [
    "random_seed",
    "local_set",
    "timestamp",
    "local_set",
    "local_compare_and_set",
    "local_get",
    "content_put",
    "content_get",
    "generate_key",
    "sign",
    "local_set",
    "submit_signed",
    "submit_signed",
    "local_set",
    "http_start",
    "local_set",
]


@EVERYWHERE
def test_a_recording_has_all_that_was_told_and_done_wherever_the_run_was(
    executor: Callable[[], Executor], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), recorded(busy, executor=executor) as (node, recorder):
        one_block(node)
        first = next(each for each in recorder.recordings if each.run.trigger is Trigger.BEST)
        first = restored(first, recorder.vault)
        block = node.best
        assert [each.call.name for each in first.calls] == NAMES
        seed = first.calls[0].answer()
        assert isinstance(seed, bytes)
        (accepted,) = first.run.accepted
        assert first.extrinsics == {accepted: encode(ALICE.account, 0, 2, seed[0])}
        assert {each.call.arguments[-1]: each.answer() for each in first.state if each.call.name == "state_get"}[
            b"\x01"
        ] == b"\x07"
        assert [(line.level, line.logger, line.text) for line in first.logs] == [(logging.WARNING, "pallet", "block 1")]
        assert (first.run.block, first.header, first.overlap) == (block.hash, block.header, Overlap.SKIP)
        assert (first.capabilities, first.data_digest, first.data) == (Capability.ALL, None, None)
        assert (first.runtime.spec_name, first.runtime.spec_version) == ("fake", 1)
        assert first.runtime.state_root == block.state.root
        assert (first.run.refused, first.run.failure) == (1, None)
        assert all(each.is_untouched for each in (*first.calls, *first.state))


SECRET_KEY = SECRET_STORAGE + b"of a round"


def keeps_a_secret(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    """Draws a secret once, and reads it ever after."""
    secret = node.local_get(SECRET_KEY)
    if secret is None:
        node.local_set(SECRET_KEY, node.random_seed())
    else:
        logging.getLogger("pallet").warning("the secret is %s", secret.hex())
        node.local_set(b"careless", secret)


@EVERYWHERE
def test_a_secret_in_the_nodes_storage_is_in_no_recording(executor: Callable[[], Executor]) -> None:
    with recorded(keeps_a_secret, executor=executor) as (node, recorder):
        one_block(node)
        node.submit(encode(b"x", 1, key=1, value=8))
        node.seal()
        assert node.workers.wait_idle()
        values = [each.answer() for recording in recorder.recordings for each in recording.calls]
        assert b"(redacted)" in values
        told = b"".join(encode_recording(recording) for recording in recorder.recordings)
    drawn = [each.answer() for each in recorder.recordings[0].calls if each.call.name == "random_seed"]
    assert drawn == [b"(redacted)"]
    assert any(line.text == "the secret is (redacted)" for each in recorder.recordings for line in each.logs)
    assert b"careless" in told
    seed, stored = (restored(recorder.recordings[0], recorder.vault).calls[at] for at in (1, 2))
    assert stored.call.arguments[2] == b"(redacted)"
    kept = seed.answer()
    assert isinstance(kept, bytes)
    assert len(kept) == 32
    for form in (kept, kept.hex().encode(), b64encode(kept)):
        assert form not in told


def asks_nothing(_runtime: FakeRuntime, _header: Header, _node: OffchainNode) -> None:
    return


def test_a_run_that_asks_nothing_is_recorded_too() -> None:
    with recorded(asks_nothing) as (node, recorder):
        node.seal()
        (only,) = recorder.recordings
        assert (only.calls, only.state, only.header) == ((), (), node.best.header)


def test_a_folder_has_a_file_for_each_run_and_the_blocks_of_their_transactions(tmp_path: Path) -> None:
    with recorded(busy, folder=tmp_path / "runs") as (node, recorder):
        one_block(node)
        second = node.seal()
    files = sorted((tmp_path / "runs").glob("*.run"))
    assert [file.name.split("-")[:3] for file in files] == [
        ["00000001", "Fake", ALICE.account[:4].hex()],
        ["00000002", "Fake", ALICE.account[:4].hex()],
    ]
    read = [read_recording(file) for file in files]
    assert [each.run.number for each in read] == [1, 2]
    assert recorder.recordings == []
    with (tmp_path / "runs" / INCLUSIONS).open("rb") as file:
        told = list(msgpack.Unpacker(file))
    assert told == [[read[0].run.accepted[0], 2, second.hash]]
    assert read_inclusions(tmp_path / "runs") == {read[0].run.accepted[0]: 2}
    assert list((tmp_path / "runs").glob("*.partial")) == []


def test_private_data_are_there_as_their_digest_alone_unless_they_are_asked_for() -> None:
    data = {"patients": ["Ada Lovelace"]}
    for keeps_data in (False, True):
        with recorded(asks_nothing, Participant(ALICE, data=data), keeps_data=keeps_data) as (node, recorder):
            node.seal()
            (only,) = recorder.recordings
        assert only.data_digest == recorder.vault.digest(pickle.dumps(data))  # at which nobody else can guess
        assert (b"Lovelace" in encode_recording(only)) is keeps_data


SECRET = "hunter2hunter2"
PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"


def has_secrets(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    logging.getLogger("pallet").warning("the token is %s", SECRET)
    node.generate_key(b"test", ALICE.scheme, PHRASE)
    node.local_set(b"note", f"found {PHRASE} today".encode())


def test_what_is_secret_is_in_no_recording(caplog: pytest.LogCaptureFixture) -> None:
    participant = Participant(ALICE)
    participant.keystore.secrets.learn(SECRET)
    with caplog.at_level(logging.WARNING), recorded(has_secrets, participant) as (node, recorder):
        node.seal()
        (only,) = recorder.recordings
    written = encode_recording(only)
    for secret in (SECRET, PHRASE, ALICE.secret.hex()):
        assert secret.encode() not in written
    assert ALICE.secret not in written
    assert [line.text for line in only.logs] == ["the token is (redacted)"]
    assert only.calls[0].call.arguments[2] == "(redacted)"
    assert only.calls[1].call.arguments[2] == b"found (redacted) today"


def test_a_folder_that_cannot_be_written_hurts_no_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def worker(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
        node.submit_signed(FakeCall(2, 1))

    with recorded(worker, folder=tmp_path / "runs") as (node, _recorder):
        (tmp_path / "runs").rmdir()
        node.seal()
        assert node.workers.runs[0].failure is None
    assert "cannot be recorded" in caplog.text


def test_a_text_that_cannot_be_told_hurts_no_run(caplog: pytest.LogCaptureFixture) -> None:
    def worker(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
        with suppress(Exception):
            node.content_get("\ud800")

    with recorded(worker) as (node, recorder):
        node.seal()
        assert node.workers.runs[0].failure is None
    assert recorder.recordings == []
    assert "a run on block 1 cannot be recorded: a value cannot cross the boundary" in caplog.text


def test_a_closed_recorder_records_no_more(tmp_path: Path) -> None:
    with recorded(busy, folder=tmp_path) as (node, recorder):
        one_block(node)
        recorder.close()
        node.seal()
        assert not node.workers.layers
    assert len(list(tmp_path.glob("*.run"))) == 1
