"""Log lines for a person or a program, chosen as Substrate's are."""

from __future__ import annotations

import json
import logging

import pytest

from node_cli.logs import LEVELS, FilterError, JsonLines, Lines, read_filters, target_of


def test_levels_are_for_all_targets_or_for_some() -> None:
    assert read_filters("") == {"": logging.INFO}
    assert read_filters("warn, rpc=debug,chain::node=trace,other=OFF,txpool=info") == {
        "": logging.WARNING,
        "rpc": logging.DEBUG,
        "chain.node": LEVELS["trace"],
        "other": LEVELS["off"],
        "chain.node.pool": logging.INFO,
    }


def test_a_target_alone_is_told_in_full() -> None:
    trace = LEVELS["trace"]
    assert read_filters("offchain-worker,pallets::federated_round") == {
        "": logging.INFO,
        "chain.offchain": trace,
        "pallets.federated_round": trace,
    }


@pytest.mark.parametrize(
    ("text", "logger", "level"),
    [
        ("info,txpool=trace", "chain.node.pool", "trace"),
        ("runtime::=debug", "pallets", "debug"),
        ("runtime=debug", "pallets", "debug"),
        ("runtime::federated_round=debug", "pallets.federated_round", "debug"),
        ("afg=trace", "chain.network", "trace"),
        ("sync=trace,sub-libp2p", "sub-libp2p", "trace"),
        ("sync", "sync", "trace"),
    ],
)
def test_what_is_typed_for_substrates_nodes_is_understood(text: str, logger: str, level: str) -> None:
    assert read_filters(text)[logger] == LEVELS[level]


def test_the_last_word_on_a_target_holds() -> None:
    assert read_filters("info,rpc=debug,rpc=trace,warn") == {"": logging.WARNING, "rpc": LEVELS["trace"]}


@pytest.mark.parametrize(
    ("logger", "target"),
    [
        ("substrate", "substrate"),
        ("chain.node.pool", "txpool"),
        ("chain.offchain.executor", "offchain-worker"),
        ("chain.offchained", "chain.offchained"),
        ("chain.network.voter", "grandpa"),
        ("pallets.federated_round.worker", "pallets.federated_round.worker"),
    ],
)
def test_lines_have_the_targets_of_substrate(logger: str, target: str) -> None:
    assert target_of(logger) == target


@pytest.mark.parametrize("text", ["loud", "rpc=loud", "rpc=", "=", "rpc=info=x"])
def test_what_says_no_level_is_refused(text: str) -> None:
    with pytest.raises(FilterError, match="is neither a level nor target=level; levels are off, error"):
        read_filters(text)


def record(error: Exception | None = None) -> logging.LogRecord:
    exc_info = None if error is None else (type(error), error, None)
    return logging.LogRecord("rpc", logging.WARNING, "file", 1, '%d "quoted"\nlines', (2,), exc_info)


def test_a_line_of_json_is_one_object() -> None:
    text = JsonLines().format(record())
    assert "\n" not in text
    line = json.loads(text)
    assert (line["level"], line["target"], line["message"]) == ("WARNING", "rpc", '2 "quoted"\nlines')
    assert line["time"].endswith("+00:00")
    assert "ZeroDivisionError" in json.loads(JsonLines().format(record(ZeroDivisionError())))["traceback"]


def test_a_line_for_a_person_has_time_level_and_target() -> None:
    assert Lines().format(record()).endswith('WARNING rpc: 2 "quoted"\nlines')
