"""An update that is made again begins from what took the place of its old base, however far that has to be followed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from pallets.federated_round import Outcome
from pallets.federated_round.unlearning.bases import base_again
from tests.pallets.federated_round.mock import CLIENTS, OWNER
from tests.pallets.federated_round.unlearning.acts import LEAVER, LINEAR, Chain, same_randomness
from tests.pallets.federated_round.unlearning.test_shapes import BUFFERED

FIRST, OTHERS = CLIENTS[0], CLIENTS[2:]
SLOW: Final = replace(LINEAR, epochs=1, learning_rate=1 << 15)
EVERYBODY_ELSE: Final = (FIRST, *OTHERS)


def play_alone_then_together(chain: Chain) -> list[Outcome]:
    """A buffer of the first client, and of the leaver if there is one; then one of everybody."""
    away = {who: chain.devnet.nodes.pop(who) for who in OTHERS}
    outcomes = [chain.end_round()]
    chain.devnet.nodes.update(away)
    chain.start()
    return [*outcomes, chain.end_round()]


def test_where_a_version_has_no_successor_because_its_round_was_left_out_its_parent_is_begun_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same_randomness(monkeypatch)
    with_it, never = Chain(SLOW, BUFFERED), Chain(SLOW, BUFFERED, without=LEAVER)
    assert play_alone_then_together(with_it) == [Outcome.PUBLISHED] * 2
    assert play_alone_then_together(never) == [Outcome.TOO_FEW_UPDATES, Outcome.PUBLISHED]
    first = with_it.rounds.course(0, 0).version
    assert [base_again(with_it.rounds, 0, 1, who) for who in EVERYBODY_ELSE] == [first] * 3  # nothing is withdrawn
    with_it.erase()
    with_it.unlearn()
    assert with_it.rounds.task(0).rounds == 3  # the first has too few clients left to be done again
    assert [base_again(with_it.rounds, 0, 1, who) for who in EVERYBODY_ELSE] == [None] * 3
    assert with_it.model == never.model


def test_who_was_in_no_buffer_begins_before_the_first_version() -> None:
    chain = Chain(LINEAR, BUFFERED)
    chain.end_round()
    assert base_again(chain.rounds, 0, 0, OWNER) is None
