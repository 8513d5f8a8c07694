"""`palletlab chain`, verb by verb, on a node that is served: what it does, prints, and answers in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chain.client.client import Client
from chain.crypto.development import account, pair
from chain.extrinsic import with_length_prefix
from chain.node.impersonation import flagged
from chain.node.sealing import SealingMode
from node_cli.commands.chain import VERBS
from node_cli.main import main
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, UNIT
from runtime.notebook import devnet
from tests.runtime.served_node import ServedNode, served_node

BOB = account("Bob")


@pytest.fixture
def served() -> Iterator[ServedNode]:
    with served_node(SealingMode.MANUAL) as served:
        yield served


@pytest.fixture(scope="module")
def untouched() -> Iterator[ServedNode]:
    with served_node(SealingMode.MANUAL) as served:
        yield served


@pytest.fixture
def net(served: ServedNode) -> Iterator[Client]:
    with devnet(served.url) as net:
        yield net


class Terminal:
    """Runs verbs on one node."""

    def __init__(self, served: ServedNode, capsys: pytest.CaptureFixture[str]) -> None:
        self._url, self._capsys = served.url, capsys

    def text(self, *words: str, code: int = 0) -> str:
        """What a verb prints; on standard error where it fails."""
        assert main(["chain", *words, "--url", self._url]) == code
        told = self._capsys.readouterr()
        return told.out if code == 0 else told.out + told.err

    def json(self, *words: str, code: int = 0) -> dict[str, Any]:
        """What a verb answers."""
        found: dict[str, Any] = json.loads(self.text(*words, "--json", code=code))
        return found


@pytest.fixture
def terminal(served: ServedNode, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(served, capsys)


def transfer(net: Client, value: int = UNIT, nonce: int | None = None) -> bytes:
    return net.tx.Balances.transfer_keep_alive(dest=BOB, value=value).signed(pair("Alice"), nonce=nonce)


def led(extrinsic: bytes) -> str:
    return "0x" + with_length_prefix(extrinsic).hex()


def test_snapshots_nest_and_bring_the_root_and_the_pool_back(
    terminal: Terminal, served: ServedNode, net: Client
) -> None:
    waiting, root = net.send(transfer(net)), served.node.best.state.root
    assert terminal.json("snapshot") == {"snapshot": 1, "block": 0}
    assert terminal.json("seal", "--count", "2")["blocks"][1]["hash"] == "0x" + served.node.best.hash.hex()
    assert "palletlab chain revert 2 goes back to it" in terminal.text("snapshot")
    terminal.json("seal", "--to", "5")
    assert terminal.json("revert", "2")["block"] == 2
    assert terminal.text("revert", "1").startswith("Back at block 0, 0x")
    assert served.node.best.state.root == root
    assert terminal.json("pending")["pending"][0]["hash"] == "0x" + waiting.hex()
    assert terminal.text("revert", "2", code=1) == "palletlab chain: there is no snapshot 2; there are: 1\n"
    assert [terminal.json("forget", "1")["was_there"] for _ in range(2)] == [True, False]


def test_the_time_moves_by_seconds_to_a_date_and_forward_only(terminal: Terminal, net: Client) -> None:
    assert "the chain has no time yet" in terminal.text("travel", "+60", code=1)
    terminal.text("seal")
    first = GENESIS_TIME_MS + SLOT_DURATION_MS
    assert terminal.json("travel", "+60") == {"next_block": first + 60_000}
    assert "The next block comes at 2030-01-01T00:00:00" in terminal.text("travel", "2030-01-01")
    terminal.text("seal")
    assert net.query.Timestamp.Now() == 1_893_456_000_000
    assert "time goes forward only" in terminal.text("travel", str(first), code=1)


def test_the_head_and_the_mode_change(terminal: Terminal, served: ServedNode) -> None:
    third = terminal.json("seal", "--count", "3")["blocks"][2]["hash"]
    assert terminal.json("head", "-2")["number"] == 1
    assert terminal.text("head", third).startswith(f"The best block is 3, {third}")
    assert "the best chain has no block 9" in terminal.text("head", "9", code=1)
    assert "every 2.5 seconds" in terminal.text("mode", "interval", "--interval", "2.5")
    for mode in SealingMode:
        assert terminal.json("mode", mode) == {"mode": mode, "interval_ms": None}
        assert (served.sealer.mode, served.sealer.interval_ms) == (mode, 2500)


def test_storage_is_set_by_item_by_key_and_from_a_file(terminal: Terminal, net: Client, tmp_path: Path) -> None:
    terminal.text("set", "Balances.TotalIssuance", "7")
    assert net.query.Balances.TotalIssuance() == 7
    assert "Written after the block" in terminal.text("set", "System.Account", "Bob", '{"data": {"free": "5"}}')
    assert net.balance(BOB) == 5
    terminal.text("set", "0x" + net.query.Balances.TotalIssuance.key().hex(), "null")
    assert net.query.Balances.TotalIssuance() == 0
    file = tmp_path / "changes.json"
    file.write_text(json.dumps({"Sudo": {"Key": None}}))
    told = terminal.json("set", "--file", str(file), "--in-new-block")
    assert (net.query.Sudo.Key(), net.head.number, told["block"]) == (None, 1, "0x" + net.head.hash.hex())
    assert terminal.json("notes")["is_marked"] is True
    file.write_text(json.dumps([["0x" + net.query.Sudo.Key.key().hex(), "0x" + BOB.hex()]]))
    terminal.text("set", "--file", str(file), "--at", "-1")
    assert (net.query.Sudo.Key(at=0), net.query.Sudo.Key()) == (BOB, None)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["set"], 2, "name one entry with its value, or a --file"),
        (["set", "Sudo.Key"], 2, "give its value, too, null to remove it"),
        (["set", "Sudo", "1"], 2, "neither Pallet.Item nor 0x"),
        (["set", "Sudo.Kei", "1"], 1, "unknown storage item; there are Key"),
        (["set", "0x00", "5"], 1, "storage is pairs of 0xKEY and 0xVALUE"),
        (["set", "0x00", "0x00", "0x00"], 2, "a raw entry is a key and a value"),
        (["set", "--file", "nothing.json"], 1, "nothing.json: No such file"),
        (["drop"], 2, "name transactions by their hashes, or an --account"),
        (["drop", "0x12"], 2, "is no hash"),
        (["head", "soon"], 2, "neither a number nor a hash"),
        (["travel", "soon"], 2, "is no time: a date as"),
        (["notes", "-5"], 1, "the node has no block -5"),
        (["load", "nothing.json"], 1, "nothing.json: No such file"),
        (["impersonate"], 2, "required"),
        (["impersonate", "Nobody"], 2, "or one of Alice, Bob"),
        (["dry-run", "System.remark"], 2, "a call and in whose name"),
        (["dry-run", "0x1234"], 2, "no extrinsic"),
        (["dry-run", "System.remarc", "remark=0x", "--as", "Bob"], 1, "no call System.remarc; near it"),
        (["dry-run", "System.remark", "0x", "--as", "Bob"], 1, "is no argument of a call: write name=value"),
        (["dry-run", "System.remark", "--as", "Bob"], 1, "remark is missing"),
        (["replay", "0"], 1, "replay a block on top of it"),
        (["replay", "99"], 1, "the node has no block 99"),
        (["submit", "System.remark", "remark=0x", "--as", "Bob"], 1, "bad signature"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    untouched: ServedNode, capsys: pytest.CaptureFixture[str], words: list[str], code: int, sentence: str
) -> None:
    try:
        ended = main(["chain", *words, "--url", untouched.url])
    except SystemExit as stopped:  # argparse
        ended = int(stopped.code or 0)
    told = capsys.readouterr().err
    assert (ended, untouched.node.best.number) == (code, 0)
    assert sentence in told
    assert told.startswith("palletlab chain")
    assert told.count("\n") == 1


def test_a_dump_is_loaded_to_its_root(terminal: Terminal, served: ServedNode, net: Client, tmp_path: Path) -> None:
    terminal.text("seal", "--transaction", led(transfer(net)))
    root = served.node.best.state.root
    for name in ("state.json", "state"):
        file = tmp_path / name
        assert terminal.json("dump", str(file))["block"] == "0x" + served.node.best.hash.hex()
        terminal.text("set", "Balances.TotalIssuance", "1")
        assert terminal.json("load", str(file))["state_root"] == "0x" + root.hex()
        assert served.node.best.state.root == root
    text = (tmp_path / "state.json").read_text()
    (tmp_path / "state.json").write_text(text.replace('"state_version": 1', '"state_version": 7'))
    assert "state_version: 7 is neither 0 nor 1" in terminal.text("load", str(tmp_path / "state.json"), code=1)


def test_pending_transactions_are_listed_replaced_and_dropped(terminal: Terminal, net: Client) -> None:
    first, second = net.send(transfer(net, nonce=0)), net.send(transfer(net, nonce=1))
    told = terminal.json("pending")["pending"]
    assert [(each["hash"], each["signer"]) for each in told] == [
        ("0x" + each.hex(), net.address(pair("Alice"))) for each in (first, second)
    ]
    by = terminal.json("replace", "0x" + second.hex(), led(transfer(net, value=5, nonce=1)))["by"]
    assert terminal.json("drop", "0x" + first.hex())["dropped"] == ["0x" + first.hex()]
    assert "Dropped 1 transaction" in terminal.text("drop", "--account", "Alice")
    assert by not in terminal.text("pending")
    assert terminal.text("pending") == "No transaction waits.\n"
    assert "the pool has no transaction" in terminal.text("replace", by, led(transfer(net)), code=1)


def test_whoever_is_impersonated_acts_and_the_block_says_so(terminal: Terminal, served: ServedNode) -> None:
    assert terminal.json("impersonate", "Eve")["is_impersonated"] is True
    terminal.text("submit", "Balances.transfer_keep_alive", "dest=Bob", "value=5", "--as", "Eve")
    terminal.text("seal")
    assert flagged(served.node.best.header) == (account("Eve"),)
    assert terminal.json("notes")["is_genuine"] is False
    assert "Impersonated  5" in terminal.text("notes", "1")
    terminal.text("submit", "System.remark", "remark=0x00", "--as", "Eve")
    assert "impersonated no more" in terminal.text("impersonate", "Eve", "--stop")
    assert terminal.json("pending") == {"pending": []}
    assert "Fake signatures of everybody pass" in terminal.text("impersonate", "--everybody")


def test_dry_runs_tell_and_leave_the_state_alone(terminal: Terminal, served: ServedNode, net: Client) -> None:
    terminal.text("seal")
    root, extrinsic = served.node.best.state.root, transfer(net)
    found = terminal.json("dry-run", led(extrinsic))
    assert (found["outcome"], found["succeeds"]) == ("succeeds", True)
    [bob] = [each for each in found["changes"] if net.address(BOB) in each]
    free = net.balance(BOB)
    assert bob == f"System.Account[{net.address(BOB)}]: data.free {free} became {free + UNIT}"
    told = terminal.text("dry-run", "Balances.transfer_keep_alive", "dest=Bob", f"value={10**30}", "--as", "Eve")
    assert "fails: Arithmetic.Underflow" in told
    assert "refused: " in terminal.text("dry-run", led(transfer(net, nonce=9)))
    assert (served.node.best.state.root, served.node.best.number) == (root, 1)
    terminal.text("seal", "--transaction", led(extrinsic))
    assert net.extrinsics(2)[1].fee == found["fee"]


def test_a_block_is_replayed_and_one_that_was_written_to_is_exit_code_1(
    terminal: Terminal, served: ServedNode, net: Client
) -> None:
    terminal.text("seal", "--transaction", led(transfer(net)))
    told = terminal.json("replay")
    assert (told["is_same"], told["state_root"]) == (True, "0x" + served.node.best.header.state_root.hex())
    assert ", as its header says" in terminal.text("replay", "1")
    terminal.text("set", "Sudo.Key", "null", "--in-new-block")
    assert "digest" in terminal.json("replay", code=1)["refused"]


def test_a_node_that_nobody_may_control_is_one_sentence_with_the_next_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with served_node(is_unsafe_allowed=False) as served:
        told = Terminal(served, capsys).text("snapshot", code=1)
    assert told.count("\n") == 1
    assert "unsafe to be called externally" in told
    assert "palletlab dev --unsafe-rpc" in told


def test_no_node_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain", "snapshot", "--url", "ws://127.0.0.1:1"]) == 1
    assert "`palletlab dev` starts a node" in capsys.readouterr().err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["chain", verb, "--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: palletlab chain {verb} ")
    assert VERBS[verb].help in shown
