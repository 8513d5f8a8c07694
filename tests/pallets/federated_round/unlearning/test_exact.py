"""After an erasure workers bring the model to the bytes of a chain that the client never joined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.federated_round import Outcome, Role, Terms
from pallets.federated_round.errors import UnlearningIsDue
from pallets.federated_round.events import RolledBack, UnlearningDue, Unlearnt
from pallets.federated_round.rules import Median, Momentum
from pallets.federated_round.settings import CompressedSettings, Settings, encode_settings
from pallets.frame.testing import events_of
from pallets.learning.aggregation.rates import ONE
from pallets.learning.forest_codec import decode_forest
from pallets.ml_registry.types import Withdrawal
from tests.pallets.federated_round.mock import CLIENTS
from tests.pallets.federated_round.test_worker import MODEL
from tests.pallets.federated_round.unlearning.acts import (
    BOOSTED,
    FOREST,
    LEAVER,
    LINEAR,
    NETWORK,
    PLAYED,
    QUOTA,
    Chain,
    data_of,
    same_randomness,
)

MOMENTUM = replace(PLAYED, rule=Momentum(ONE, ONE // 2))


@pytest.mark.parametrize(
    ("settings", "terms"),
    [
        (FOREST, PLAYED),
        (QUOTA, PLAYED),
        (LINEAR, MOMENTUM),
        (BOOSTED, PLAYED),
        (CompressedSettings(encode_settings(LINEAR), 8, 0), PLAYED),
        (NETWORK, replace(PLAYED, rule=Median(0))),
    ],
    ids=["forest", "quota", "momentum", "boosted", "compressed", "median of networks"],
)
def test_the_model_is_to_the_byte_the_one_that_the_client_never_joined(
    settings: Settings, terms: Terms, monkeypatch: pytest.MonkeyPatch
) -> None:
    same_randomness(monkeypatch)
    with_it, never = Chain(settings, terms), Chain(settings, terms, without=LEAVER)
    for chain in (with_it, never):
        chain.play(2)
    before = with_it.model
    assert before != never.model
    with_it.erase()
    with_it.unlearn()
    assert with_it.model == never.model
    assert with_it.devnet.failed == []
    with_it.start()
    assert with_it.rounds.redone.get((0, with_it.rounds.task(0).rounds - 1)) is None  # from here on it goes on


def test_what_has_learnt_is_withdrawn_and_points_to_what_took_its_place() -> None:
    chain = Chain(FOREST)
    chain.play(2)
    first, second = (chain.rounds.course(0, number).version for number in range(2))
    assert first is not None
    assert second is not None
    chain.erase()
    assert events_of(chain.devnet.runtime, UnlearningDue)[-1] == UnlearningDue(data_of(LEAVER).root)
    chain.unlearn()
    runtime, latest = chain.devnet.runtime, chain.models.latest(MODEL)
    assert latest is not None
    assert chain.models.is_withdrawn(first)
    found = chain.models.withdrawal_of(second)
    assert isinstance(found, Withdrawal)
    assert found.successor == latest
    assert chain.models.withdrawal_of(latest) is None
    assert [chain.models.version(each).parent for each in chain.models.ancestors(latest)] == [None]
    told = [event for event in chain.told if isinstance(event, RolledBack | Unlearnt)]
    assert told == [RolledBack(0, None, withdrawn=2, redo=2), Unlearnt(0, second, latest)]
    owners = {holder.account for holder in chain.models.holders_of(latest)}
    assert owners <= set(CLIENTS) - {LEAVER}
    runtime.try_state()


def test_forests_are_joined_again_without_anybody_training() -> None:
    chain = Chain(FOREST)
    chain.play(1)
    chain.erase()
    for who in CLIENTS:
        del chain.devnet.nodes[who]
    chain.unlearn()
    assert chain.rounds.holders(0, 1, Role.CLIENT) == ()
    assert {each.role for each in chain.rounds.settlements.get((0, 1)) or ()} == {Role.AGGREGATOR, Role.VALIDATOR}
    assert len(decode_forest(chain.model).trees) == 3 * FOREST.trees


def test_a_second_erasure_while_rounds_are_done_again_is_unlearnt_with_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same_randomness(monkeypatch)
    other = CLIENTS[2]
    slow = replace(LINEAR, epochs=1, learning_rate=1 << 15)
    chain, never = Chain(slow), Chain(slow, without=LEAVER)
    del never.devnet.nodes[other]
    for each in (chain, never):
        each.play(3)
    chain.erase()
    chain.until(lambda: not chain.rounds.due.contains_key((0, data_of(LEAVER).root)))
    again = chain.rounds.redo.get(0)
    assert again is not None
    assert len(again.rounds) > 1
    chain.until(lambda: chain.rounds.redo.get(0) == replace(again, rounds=again.rounds[1:]))
    chain.erase(other)
    chain.unlearn()
    assert chain.model == never.model
    assert [type(error) for _, error in chain.devnet.failed] == [UnlearningIsDue]  # a start that was in the pool


def test_data_that_are_erased_while_a_round_learns_from_them_are_unlearnt_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    same_randomness(monkeypatch)
    chain, never = Chain(LINEAR), Chain(LINEAR, without=LEAVER)
    never.play(1)
    chain.until(lambda: chain.rounds.updates.contains_key((0, 0, LEAVER)))
    chain.erase()
    assert not chain.rounds.has_unlearning()
    assert chain.end_round() is Outcome.PUBLISHED
    assert chain.rounds.has_unlearning()
    chain.unlearn()
    assert chain.model == never.model
