"""Workers stand for tasks by themselves, keep that right, and enrol for no round that the chain enrols them for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId, Hash
from pallets.federated_round import Outcome, Phase, Terms
from pallets.federated_round.data import DataSet, LocalData, Operator
from pallets.federated_round.memory import DOMAIN
from pallets.federated_round.settings import Settings
from pallets.federated_round.unlearning.going_on import DONE
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok
from tests.pallets.federated_round.fake_node import Devnet
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, OWNER, TERMS
from tests.pallets.federated_round.test_borrowing import WISH, Lender, loan, rows_of_borrower
from tests.pallets.federated_round.test_purposes import PURPOSE, Permits
from tests.pallets.federated_round.test_worker import FOREST, LINEAR, devnet_of, finish, operators, rows_of
from tests.pallets.federated_round.unlearning.acts import FOREST as WINE_FOREST
from tests.pallets.federated_round.unlearning.acts import LEAVER, PLAYED, Chain, same_randomness
from tests.pallets.federated_round.unlearning.acts import LINEAR as WINE_LINEAR

AT_ONCE = replace(TERMS, schedule=replace(TERMS.schedule, enrol=0), reward_threshold=0)
ACTS = 2 * (len(CLIENTS) + 3 + 3) + 1
"""Seals and reveals of every role, and a test set."""

EVERYBODY = {*CLIENTS, *KEEPERS}
CLIENT = CLIENTS[1]


def start(devnet: Devnet) -> None:
    assert_ok(devnet.runtime, Signed(OWNER), call_of(devnet.runtime.federated_round.start_round, task=0))


def stood(terms: Terms = AT_ONCE, instructed: dict[AccountId, Operator] | None = None) -> Devnet:
    """A devnet whose workers saw the first round fail, for nobody stood for it; now they do."""
    devnet = devnet_of(instructed or operators(), LINEAR, terms=terms)
    assert finish(devnet) is Outcome.TOO_FEW_ENROLLED
    devnet.block()
    devnet.runtime.federated_round.try_state()
    return devnet


def standing(devnet: Devnet) -> set[AccountId]:
    return set(devnet.runtime.federated_round.stands_for(0))


def root_with(devnet: Devnet, who: AccountId) -> Hash | None:
    """Of the data that an account stands with."""
    found = devnet.runtime.federated_round.standing.get((0, who))
    return None if found is None or found.data is None else found.data.root


def other_rows(count: int = 50) -> LocalData:
    return LocalData(DataSet.of(*rows_of(b"other rows", count)), CLIENT)


def test_everybody_stands_once_for_a_task_that_nobody_can_enrol_for() -> None:
    devnet = stood()
    assert standing(devnet) == EVERYBODY
    assert devnet.submitted == len(EVERYBODY)
    for number in (1, 2):
        start(devnet)
        assert finish(devnet, number) in DONE
        assert devnet.submitted == len(EVERYBODY) + number * ACTS
    assert devnet.failed == []


def test_workers_stand_again_where_a_pool_was_lost() -> None:
    devnet = devnet_of(operators(), LINEAR, terms=AT_ONCE)
    assert finish(devnet) is Outcome.TOO_FEW_ENROLLED
    lost = [call for node in devnet.nodes.values() for call in node.pool]
    assert len(lost) == len(EVERYBODY)
    for node in devnet.nodes.values():
        node.pool.clear()
    for _ in range(devnet.runtime.federated_round.config.retry_after + 1):
        devnet.block()
    assert standing(devnet) == EVERYBODY
    assert devnet.failed == []


def test_who_was_told_to_stand_enrols_for_the_first_round_alone() -> None:
    standers = {who: replace(each, stands=True) for who, each in operators().items()}
    devnet = devnet_of(standers, LINEAR, terms=replace(TERMS, reward_threshold=0))
    assert finish(devnet) in DONE
    assert devnet.submitted == 2 * len(EVERYBODY) + ACTS
    start(devnet)
    assert finish(devnet, 1) in DONE
    assert devnet.submitted == 2 * len(EVERYBODY) + 2 * ACTS
    assert devnet.failed == []


def test_who_was_not_told_to_stands_for_no_task_that_has_a_phase_to_enrol_in() -> None:
    devnet = devnet_of(operators(), LINEAR)
    finish(devnet)
    assert standing(devnet) == set()


def test_a_worker_that_has_other_rows_now_stands_with_them_from_the_next_round_on() -> None:
    devnet, other = stood(), other_rows()
    start(devnet)
    devnet.nodes[CLIENT].data = Operator(data=other)
    finish(devnet, 1)
    assert root_with(devnet, CLIENT) == other.root
    devnet.submitted = 0
    start(devnet)
    assert finish(devnet, 2) in DONE
    assert CLIENT in devnet.runtime.federated_round.clients_in_model(0, 2, devnet.runtime.federated_round.course(0, 2))
    assert devnet.submitted == ACTS
    assert devnet.failed == []


@pytest.mark.parametrize(
    "now",
    [
        Operator(data=other_rows(), tasks=frozenset()),
        Operator(data=LocalData(DataSet.of([(1, 2)], [0]), CLIENT)),
    ],
    ids=["other tasks", "rows that do not suit"],
)
def test_a_worker_that_would_be_an_absentee_stands_down(now: Operator) -> None:
    devnet = stood()
    devnet.nodes[CLIENT].data = now
    start(devnet)
    finish(devnet, 1)
    assert standing(devnet) == EVERYBODY - {CLIENT}
    assert devnet.failed == []


def test_a_keeper_that_begins_to_train_stands_with_its_rows_too() -> None:
    devnet, keeper = stood(), KEEPERS[0]
    rows = LocalData(DataSet.of(*rows_of(b"a keeper's", 40)), keeper)
    start(devnet)
    devnet.nodes[keeper].data = Operator(data=rows, serves=True)
    finish(devnet, 1)
    found = devnet.runtime.federated_round.standing.get((0, keeper))
    assert found is not None
    assert (root_with(devnet, keeper), found.duties) == (rows.root, True)


def test_who_has_too_little_at_stake_does_not_try_to_stand() -> None:
    devnet = devnet_of(operators(), LINEAR, terms=AT_ONCE)
    staking = devnet.runtime.staking
    assert_ok(devnet.runtime, Signed(CLIENT), call_of(staking.unbond, amount=9_001))
    finish(devnet)
    devnet.block()
    assert standing(devnet) == EVERYBODY - {CLIENT}
    assert devnet.failed == []


def test_what_was_kept_for_a_round_is_dropped_in_the_next() -> None:
    devnet, place = stood(), DOMAIN + (0).to_bytes(4, "little") + (1).to_bytes(4, "little")

    def kept() -> int:
        """Secrets of round 1, and the artifacts that they name."""
        return sum(place in key and b"secret" in key for node in devnet.nodes.values() for key in node.local)

    start(devnet)
    finish(devnet, 1)
    assert kept() == 2 * (len(CLIENTS) + 3) + 3
    start(devnet)
    finish(devnet, 2)
    assert kept() == 0


def test_a_waiting_task_wakes_the_workers_that_want_to_join_it_and_no_others() -> None:
    devnet = stood()
    rounds = devnet.runtime.federated_round
    rounds.await_standing(0)
    joins, elsewhere, pays = Operator(serves=True), Operator(serves=True, tasks=frozenset({5})), operators()[OWNER]
    assert rounds.with_offchain_work(9, (joins, elsewhere, pays, None)) == [joins]
    rounds.stop_awaiting(0)
    assert not rounds.with_offchain_work(9, (joins,))


def test_who_is_lent_rows_stands_with_them_and_goes_on_while_they_are_away() -> None:
    devnet = devnet_of(operators(), LINEAR, terms=AT_ONCE)
    rounds, lender = devnet.runtime.federated_round, Lender(loan())
    rounds.config = replace(rounds.config, lender=lender, permits=Permits(*CLIENTS))
    rounds.purposes.insert(0, PURPOSE)
    devnet.nodes[CLIENT].data = WISH
    finish(devnet)
    devnet.block()
    assert root_with(devnet, CLIENT) == rows_of_borrower().root
    start(devnet)
    assert finish(devnet, 1) in DONE
    course = rounds.course(0, 1)
    assert CLIENT in rounds.clients_in_model(0, 1, course)
    lender.loan = None
    start(devnet)
    while rounds.course(0, 2).phase is not Phase.REVEAL_EVALUATIONS:
        devnet.block()
    assert root_with(devnet, CLIENT) == rows_of_borrower().root


@pytest.mark.parametrize("settings", [WINE_FOREST, WINE_LINEAR], ids=["forest", "linear"])
def test_rounds_are_done_again_without_who_stood_with_erased_data(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the bytes of a chain that it never joined; in between the chain leaves out whoever has no place in them."""
    same_randomness(monkeypatch)
    terms = replace(PLAYED, schedule=AT_ONCE.schedule)
    with_it, never = Chain(settings, terms), Chain(settings, terms, without=LEAVER)
    for chain in (with_it, never):
        assert chain.end_round() is Outcome.TOO_FEW_ENROLLED
        chain.devnet.block()
        chain.start()
        chain.play(2)
    assert with_it.model != never.model
    with_it.erase()
    assert LEAVER not in with_it.rounds.stands_for(0)
    with_it.unlearn()
    assert with_it.model == never.model
    assert with_it.devnet.failed == []
    with_it.rounds.check_standing()


def test_forests_that_workers_stand_for_grow_as_ever() -> None:
    devnet = devnet_of(operators(), FOREST, terms=AT_ONCE)
    finish(devnet)
    devnet.block()
    start(devnet)
    assert finish(devnet, 1) is Outcome.PUBLISHED
