"""A party withdraws: its rows can neither be read nor tried out any more, and no model has learnt from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from node_cli.scenario.cast import ROWS
from node_cli.scenario.erasure import Erasure
from node_cli.scenario.never_joined import remade_without
from node_cli.scenario.registration import purpose_of
from node_cli.scenario.stage import PlayError, Stage
from node_cli.scenario.telling import Run
from pallets.data_registry.custody import custody_in, key_in, salt_in
from pallets.data_registry.events import DataSetErased, DataSetRegistered
from pallets.federated_round.events import Enrolled, RolledBack, UnlearningDue, Unlearnt
from pallets.federated_round.settings import ForestSettings
from pallets.learning.forest_codec import decode_forest
from tests.node_cli.scenario.happenings import events_of


def test_key_and_salt_are_shredded_and_only_the_leavers(hospitals: Run) -> None:
    stage = hospitals.stage
    storages = {each.account: each.storage for each in stage.node.workers.participants}
    for secret_in in (custody_in, key_in, salt_in):
        kept = {player.name: secret_in(storages[player.account].get, ROWS) for player in stage.cast.parties}
        assert [name for name, secret in kept.items() if secret is None] == [stage.scenario.withdraws]


def test_the_blob_is_gone_and_the_registry_has_a_block_number_alone(hospitals: Run) -> None:
    stage, registry = hospitals.stage, hospitals.stage.runtime.data_registry
    (erased,) = events_of(hospitals, DataSetErased)
    registered = [event for event in events_of(hospitals, DataSetRegistered) if event.data_set == erased.data_set]
    assert [stage.cast.name_of(event.owner) for event in registered] == [stage.scenario.withdraws]
    assert registry.is_erased(erased.data_set)
    assert registry.data_sets.get(erased.data_set) is None
    leaver = next(player for player in stage.cast.parties if player.name == stage.scenario.withdraws)
    assert leaver.operator.data is not None
    root = leaver.operator.data.root
    assert registry.by_commitment.get(root) is None
    assert not registry.permits_use(root, leaver.account, purpose_of(stage))
    exhibit = next(each for each in hospitals.outcome.exhibits if each.name == "erasure")
    assert exhibit.facts["blob_deleted"]
    assert exhibit.facts["key_and_salt_shredded"]
    assert ("encrypted blob in the content store", "deleted") in [(row[0], row[2]) for row in exhibit.sheets[0].rows]


def test_the_leaver_takes_part_in_nothing_after(hospitals: Run) -> None:
    stage = hospitals.stage
    leaver = next(player for player in stage.cast.parties if player.name == stage.scenario.withdraws)
    number = {event.round for event in events_of(hospitals, Enrolled) if event.who == leaver.account}
    assert number == {0, 1}


def test_whatever_had_learnt_is_withdrawn_and_done_again(hospitals: Run) -> None:
    assert len(events_of(hospitals, UnlearningDue)) == 1
    back, unlearnt = events_of(hospitals, RolledBack), events_of(hospitals, Unlearnt)
    assert [event.task for event in back] == [0, 1, 2]
    assert sorted(event.task for event in unlearnt) == [0, 1, 2]
    redone = [len(lesson.again) for lesson in hospitals.outcome.lessons]
    assert redone == [event.redo for event in sorted(back, key=lambda event: event.task)]
    registry = hospitals.stage.runtime.ml_registry
    for event in unlearnt:
        assert registry.is_withdrawn(event.replaced)
        assert registry.latest(event.task) == event.version


def test_what_is_made_again_has_the_bytes_of_models_that_the_leaver_never_joined(hospitals: Run) -> None:
    remade = list(remade_without(hospitals.stage))
    assert len(remade) == sum(len(lesson.again) for lesson in hospitals.outcome.lessons)
    noisy = [each for each in remade if each.is_equal is None]
    assert {each.lesson for each in noisy} == {"linear model with noise"}
    assert all(each.is_equal for each in remade if each not in noisy)
    assert {each.lesson for each in remade if each.is_equal} == {"federated random forest", "averaged linear model"}


def test_a_model_with_the_leaver_in_it_would_have_other_bytes(hospitals: Run) -> None:
    stage, rounds = hospitals.stage, hospitals.stage.runtime.federated_round
    lesson = stage.scenario.lessons[0]
    trees = []
    again, first = min((key[1], old) for key, old in rounds.redone.iter((0,)) if old is not None)
    for number in (first, again):  # the first round that learnt from the leaver, and the same without it
        agreed = rounds.agreed_aggregate.get((0, number))
        assert agreed is not None
        assert agreed.model is not None
        trees.append(len(decode_forest(stage.content.get(agreed.model.cid.decode())).trees))
    assert isinstance(lesson.settings, ForestSettings)
    assert trees[0] - trees[1] == lesson.settings.trees


def test_whoever_has_nothing_confirmed_cannot_withdraw(couriers: Run) -> None:
    stage = Stage(couriers.stage.scenario)
    with pytest.raises(PlayError, match="Station 1 has no confirmed data to erase"):
        Erasure("Station 1").after_round(stage, 0)


def test_nothing_happens_before_its_round(couriers: Run) -> None:
    stage = Stage(replace(couriers.stage.scenario, judging=couriers.stage.scenario.judging * 3))
    Erasure("Station 1").after_round(stage, 0)
    assert stage.now == 0
