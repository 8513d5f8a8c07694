"""A history that failed is a file of JSON or MessagePack; what is no such file is said in a sentence."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.offchain.adversary.fault import Fault, FaultKind, Place
from chain.offchain.adversary.schedule import Schedule
from chain.primitives import Hash
from node_cli.simulate import history
from node_cli.simulate.history import History, HistoryError, history_of, read_history
from node_cli.simulate.task import Task
from runtime.simulation.properties import Broken
from runtime.simulation.verdict import Verdict
from tests.chain.offchain.adversary.strategies import faults

HEAD, LOG = Hash(bytes(range(32))), Hash(bytes(32))
LOST = Fault(FaultKind.RUN_LOST, Place(3, 1, "Claims"))
FAILED = Verdict(Broken("once", "paid twice"), HEAD, LOG, 30, 120, (LOST,))
HISTORY = History.of_verdict(Task(scenario="mine:Scenario", blocks=9, properties=("once",)), 7, FAILED)


@pytest.mark.parametrize("name", ["failed.json", "failed.msgpack", "failed"])
def test_a_file_has_the_whole_history(tmp_path: Path, name: str) -> None:
    HISTORY.write(tmp_path / name)
    assert read_history(tmp_path / name) == HISTORY


@given(st.lists(faults(), max_size=4), st.integers(0, 2**64 - 1), st.text(max_size=5), st.none() | st.integers(1, 99))
def test_any_history_survives_both_formats(given_faults: list[Fault], seed: int, text: str, blocks: int | None) -> None:
    task = Task(scenario=text, runtime=text or None, blocks=blocks, properties=(text, "b"))
    made = History(task, seed, Schedule(given_faults), Broken(text, text), "0x00", "0x01", text)
    for data in (json.dumps(made.plain()).encode(), msgpack.Packer().pack(made.plain())):
        assert history_of(data) == made


def test_the_same_verdict_is_recognised() -> None:
    assert HISTORY.is_same(FAILED)
    assert not HISTORY.is_same(Verdict(FAILED.broken, LOG, LOG, 30, 120, (LOST,)))
    assert not HISTORY.is_same(Verdict(None, HEAD, LOG, 30, 120, (LOST,)))


def changed(**changes: Any) -> bytes:
    return json.dumps({**HISTORY.plain(), **changes}).encode()


def test_no_more_is_read_than_a_history_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LARGEST", 7)
    file = tmp_path / "large"
    file.write_bytes(b"{" * 8)
    with pytest.raises(HistoryError, match="it has more than 7 bytes"):
        read_history(file)
    with pytest.raises(HistoryError, match="it has more than 7 bytes"):
        read_history(Path("/dev/zero"))


TASK: dict[str, object] = {"scenario": "mine:Scenario", "runtime": None, "validators": 8, "blocks": 9, "properties": []}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not MessagePack"),
        (b"{", "Expecting property name"),
        (b"\xc0", "it is no table"),
        (changed(version=2), "its version is 2; this program reads 1"),
        (changed(seed=-1), "seed is a whole number"),
        (changed(seed=True), "seed is a whole number"),
        (changed(head=5), "head is a text"),
        (changed(broken=None), "broken is a table"),
        (changed(task={}), "properties is a list of texts"),
        (changed(schedule={"version": 1, "faults": [{"kind": "run lost"}]}), "the worker is a text"),
        (changed(block_zero=0), "block_zero is a text"),
        (changed(task={**TASK, "validators": 0}), "validators is a whole number from 1 to 1000"),
        (changed(task={**TASK, "validators": 10**12}), "validators is a whole number from 1 to 1000"),
        (changed(task={**TASK, "blocks": 2**40}), "blocks is a whole number from 1 to 999999"),
        (json.dumps(Schedule([LOST]).plain()).encode(), "it is a schedule alone, which does not say what it was"),
        (b"\xff\xfe{", "not MessagePack"),
        (b"\x81\x80\x00", "not MessagePack: unhashable type"),
        (b"{\xff", "can't decode byte 0xff"),
        (b'{"a":' * 100_000, "is no history of palletlab simulate"),
        (b"\x91" * 100_000, "is no history of palletlab simulate"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "bad"
    file.write_bytes(data)
    with pytest.raises(HistoryError, match=why):
        read_history(file)


@given(st.binary(max_size=3), st.data())
def test_a_damaged_file_is_a_history_or_a_sentence(damage: bytes, data: st.DataObject) -> None:
    told = HISTORY.plain()
    whole = data.draw(st.sampled_from((json.dumps(told).encode(), bytes(msgpack.Packer().pack(told)))))
    start = data.draw(st.integers(0, len(whole)))
    damaged = whole[:start] + damage + whole[start + data.draw(st.integers(0, 3)) :]
    with suppress(HistoryError):
        assert isinstance(history_of(damaged), History)


def test_a_file_of_an_older_version_does_not_say_with_which_state_it_begins() -> None:
    told = {name: value for name, value in HISTORY.plain().items() if name != "block_zero"}
    older = history_of(json.dumps(told).encode())
    assert older == HISTORY
    assert not older.is_of_another_genesis("0x01")


def test_a_good_verdict_is_no_history() -> None:
    with pytest.raises(ValueError, match="nothing failed"):
        History.of_verdict(Task(), 1, Verdict(None, HEAD, LOG, 1, 1, ()))
