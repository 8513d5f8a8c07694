"""`palletlab exchange`, verb by verb, on a node that is served, and with members' workers to the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chain.content.directory import DirectoryStore
from chain.crypto.development import account, pair
from chain.crypto.hashing import blake2_256
from chain.node.sealing import SealingMode
from chain.offchain.participant import Participant, seeded_randomness
from node_cli.main import main
from pallets.federated_round.data import DataSet, LocalData
from pallets.federated_round.settings import LinearSettings, decode_settings
from pallets.learning.stream import Stream
from pallets.proxy_exchange.operator import Peer
from runtime.notebook import devnet
from tests.runtime.served_node import ServedNode, served_node

ALICE, BOB = (account(name) for name in ("Alice", "Bob"))
ROOT = "0x" + "07" * 32
PLAN = ["--range", "0:65536", "--range=-5:20", "--classes", "2", "--epochs", "3", "--rounds", "2"]


@pytest.fixture
def served() -> Iterator[ServedNode]:
    with served_node(SealingMode.INSTANT) as served:
        yield served


class Terminal:
    """Runs verbs on one node."""

    def __init__(self, url: str, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.url, self.store, self._capsys = url, f"dir:{store}", capsys

    def text(self, *words: str, code: int = 0) -> str:
        """What a verb prints; on standard error where it fails."""
        assert main(["exchange", *words, "--url", self.url]) == code
        told = self._capsys.readouterr()
        return told.out if code == 0 else told.err

    def json(self, *words: str) -> dict[str, Any]:
        """What a verb answers."""
        found: dict[str, Any] = json.loads(self.text(*words, "--json"))
        return found

    def create(self, *more: str) -> dict[str, Any]:
        """An exchange of Alice's."""
        return self.json("create", *PLAN, "--content", self.store, *more)


@pytest.fixture
def terminal(served: ServedNode, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(served.url, tmp_path / "content", capsys)


def test_an_exchange_is_opened_listed_joined_left_and_closed(terminal: Terminal) -> None:
    assert terminal.text("list") == "No exchange is open.\n"
    made = terminal.create("--share", "25", "--purpose", "to read digits")
    assert (made["exchange"], made["phase"], made["members"], made["deadline"]) == (0, "join", 0, made["block"] + 10)
    terminal.create()
    assert [each["exchange"] for each in terminal.json("list")["exchanges"]] == [0, 1]
    plan = terminal.json("show", "0")["plan"]
    assert (plan["share_percent"], plan["minimum_members"], plan["push"]) == (25, 2, 10)
    assert plan["purpose"] == "0x" + blake2_256(b"to read digits").hex()
    joined = terminal.json("join", "1", "--root", ROOT, "--samples", "30", "--key", "//Bob")
    assert joined["exchange"] == 1
    shown = terminal.json("show", "1")
    assert shown["member"] == [{"account": joined["account"], "root": ROOT, "samples": 30, "silent": 0}]
    assert terminal.json("status", "1", "--account", "Bob")["owes"] == "wait"
    assert terminal.json("status", "1")["owes"] == "join"
    assert "has left exchange 1" in terminal.text("leave", "1", "--key", "//Bob")
    assert "is closed" in terminal.text("close", "1")
    assert [each["exchange"] for each in terminal.json("list")["exchanges"]] == [0]


def test_the_settings_are_in_the_store_that_was_named(terminal: Terminal, tmp_path: Path) -> None:
    terminal.create("--rate", "0.5")
    cid = terminal.json("show", "0")["plan"]["settings"]
    settings = decode_settings(DirectoryStore(tmp_path / "content").get(cid))
    assert isinstance(settings, LinearSettings)
    assert (settings.classes, settings.epochs, settings.learning_rate) == (2, 3, 1 << 15)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["show", "7"], 1, "palletlab exchange: no exchange 7 is there, or it was closed: palletlab exchange list\n"),
        (["status", "7"], 1, "palletlab exchange: no exchange 7 is there, or it was closed: palletlab exchange list\n"),
        (["join", "7", "--root", ROOT, "--samples", "1"], 1, "palletlab exchange: no exchange 7 is there"),
        (["create", *PLAN], 2, "palletlab exchange: --content: name the store"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(terminal: Terminal, words: list[str], code: int, told: str) -> None:
    said = terminal.text(*words, code=code)
    assert said.startswith(told)
    assert said.count("\n") == 1


def test_a_call_that_the_chain_refuses_names_its_reason(terminal: Terminal) -> None:
    terminal.create()
    said = terminal.text("close", "0", "--key", "//Bob", code=1)
    assert "NotOwner" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["create", "--range", "9:1"], "'9:1' is no range"),
        (["create", "--range", "0:1", "--classes", "1"], "'1' classes: 2 to 256"),
        (["create", "--range", "0:1", "--rate", "none"], "'none' is no number above 0"),
        (["join", "0", "--root", "0x07", "--samples", "1"], "no hash"),
        (["join", "0", "--root", ROOT, "--samples", "1", "--key", "bob the builder"], "--key"),
    ],
)
def test_wrong_words_are_told_in_a_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["exchange", *words])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_without_a_node_nothing_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exchange", "list", "--url", "ws://127.0.0.1:9"]) == 1
    assert "no connection to ws://127.0.0.1:9" in capsys.readouterr().err


def peer(name: str) -> Participant:
    """A member with rows of its own."""
    stream = Stream(name.encode())
    rows = [tuple(stream.draws(2, 65536)) for _ in range(30)]
    data = DataSet.of(rows, [int(row[0] > row[1]) for row in rows])
    return Participant(pair(name), Peer(LocalData(data, account(name))), randomness=seeded_randomness(account(name)))


def test_members_workers_take_part_by_themselves_and_the_command_tells_who_heard_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served_node(SealingMode.INSTANT, [peer("Bob"), peer("Charlie")]) as served, devnet(served.url) as net:
        terminal = Terminal(served.url, tmp_path, capsys)
        number = terminal.create()["exchange"]
        settings = terminal.json("show", str(number))["plan"]["settings"]
        served.node.content.put(DirectoryStore(tmp_path).get(settings))  # the node's store is not the command's
        for _ in range(60):
            net.new_block()
            if terminal.json("show", str(number))["phase"] == "ended":
                break
        shown = terminal.json("show", str(number))
        assert shown["outcome"] == "complete"
        assert len(shown["ring"]) == 2
        members = {each["account"] for each in shown["member"]}
        for ring in shown["ring"]:
            assert {each["account"] for each in ring["members"]} == members
            assert {each["heard_from"] for each in ring["members"]} == members
        said = terminal.text("show", str(number))
        assert said.count("showed") == said.count("heard") == 4
        assert terminal.json("status", str(number), "--account", "Bob")["owes"] == "nothing"
