"""Nobody has seen an update of the hidden model, and the model is what the true updates give."""

from __future__ import annotations

from node_cli.scenario.hiding import is_hidden
from node_cli.scenario.telling import Run
from pallets.federated_round import Reason, Role
from pallets.federated_round.events import Settled
from tests.node_cli.scenario.happenings import events_of


def test_the_stations_hide_the_updates_of_their_linear_model(couriers: Run) -> None:
    assert [is_hidden(lesson) for lesson in couriers.stage.scenario.lessons] == [False, True]


def test_no_true_update_is_in_the_content_store_and_the_sum_is_exact(couriers: Run) -> None:
    exhibit = next(each for each in couriers.outcome.exhibits if each.name == "secrecy")
    assert exhibit.facts["clients_in_sums"] == [3]
    assert exhibit.facts["updates_shown_in_clear"] == 0
    assert exhibit.facts["sums_exact"] == [True]
    ((round_, in_the_sum, shown, true, model),) = exhibit.sheets[0].rows
    assert (round_, in_the_sum, model) == ("1, linear", "3 stations", "the mean of the true updates")
    assert shown != true


def test_whoever_is_in_the_sum_gets_an_equal_part(couriers: Run) -> None:
    paid = [
        event.paid
        for event in events_of(couriers, Settled)
        if event.task == 1 and event.role is Role.CLIENT and event.reason is Reason.SHARED
    ]
    assert len(paid) == 3
    assert max(paid) - min(paid) <= 1


def test_where_nothing_is_hidden_nothing_is_told(readers: Run) -> None:
    assert not any(map(is_hidden, readers.stage.scenario.lessons))
    assert "secrecy" not in {exhibit.name for exhibit in readers.outcome.exhibits}
