"""What an account owes an exchange follows from what the chain has, whatever the phase."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chain.primitives import AccountId
from node_cli.exchange.recorded import Recorded, digits, option
from node_cli.exchange.telling import duty, listed

ME, OTHER = AccountId(b"m" * 32), AccountId(b"o" * 32)
DATA = {"data": {"root": bytes(32), "samples": 3}, "silent": 0}
PROXY = {"cid": b"proxy", "root": bytes(32), "size": 5}


def exchange(phase: str) -> dict[str, Any]:
    return {"phase": phase, "number": 1, "deadline": 20, "outcome": "None"}


FOUND = Recorded(0, exchange("Push"), {ME: DATA, OTHER: DATA}, {1: (OTHER, ME)}, {}, {})


@pytest.mark.parametrize(
    ("found", "now", "owes"),
    [
        (FOUND, 5, "push"),
        (FOUND, 20, "go_on"),
        (replace(FOUND, exchange=exchange("Ended")), 99, "nothing"),
        (replace(FOUND, members={OTHER: DATA}), 5, "join"),
        (replace(FOUND, exchange=exchange("Join")), 5, "wait"),
        (replace(FOUND, rings={1: (OTHER,)}), 5, "wait"),
        (replace(FOUND, pushes={(1, ME): PROXY}), 5, "wait"),
        (replace(FOUND, exchange=exchange("Acknowledge")), 5, "wait"),  # who showed nothing hears nothing
        (replace(FOUND, exchange=exchange("Acknowledge"), pushes={(1, ME): PROXY}), 5, "acknowledge"),
        (replace(FOUND, exchange=exchange("Acknowledge"), pushes={(1, ME): PROXY}, heard={(1, ME): {}}), 5, "wait"),
    ],
)
def test_a_duty_is_told_by_a_word_and_in_a_sentence(found: Recorded, now: int, owes: str) -> None:
    word, sentence = duty(found, ME, now)
    assert word == owes
    assert sentence.endswith(".")


def test_a_list_has_a_line_for_each_exchange() -> None:
    summary: dict[str, Any] = {"phase": "push", "round": 0, "rounds": 3, "members": 4, "deadline": 9, "outcome": None}
    ended = {**summary, "exchange": 11, "outcome": "too_few_members"}
    assert listed([{**summary, "exchange": 2}, ended]) == (
        "exchange 2   round 1 of 3, push until block 9, 4 members\nexchange 11  ended, too few members, 4 members"
    )
    assert listed([]) == "No exchange is open."


def test_options_are_read_however_a_codec_writes_them() -> None:
    assert [option(each) for each in ("None", {"Some": 3}, 3, None)] == [None, 3, 3, None]
    assert [digits(each) for each in ("None", {"Some": b"\x01"}, b"\x02")] == [None, "0x01", "0x02"]
