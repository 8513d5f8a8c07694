"""Whoever trains for a task that has a purpose needs a permit for it, at enrolment and still when it trains."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import AccountId, Hash
from pallets.federated_round import DataCommitment, Outcome, Phase, Reason, Role
from pallets.federated_round.errors import NotOwner, NotPermitted, PurposeUnknowable, RoundIsLive
from pallets.federated_round.events import PurposeSet
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from tests.pallets.federated_round.fake_node import Devnet
from tests.pallets.federated_round.mock import CLIENTS, OWNER, Play, RoundRuntime, new_runtime
from tests.pallets.federated_round.test_worker import FOREST, devnet_of, finish, operators, settlements

PURPOSE = Hash(b"\x01" * 32)


class Permits:
    """Lets some accounts use any data for one purpose."""

    def __init__(self, *permitted: AccountId) -> None:
        self.permitted = set(permitted)
        self.owners: dict[Hash, AccountId] = {}

    def permits_use(self, commitment: Hash, who: AccountId, purpose: Hash) -> bool:
        return who in self.permitted and purpose == PURPOSE

    def owner_of(self, commitment: Hash) -> AccountId | None:
        return self.owners.get(commitment)


def lend(runtime: RoundRuntime, permits: Permits) -> None:
    """From here on the runtime has a registry of permits."""
    rounds = runtime.federated_round
    rounds.config = replace(rounds.config, permits=permits)


def test_clients_enrol_with_a_permit_for_the_purpose_alone() -> None:
    play = Play(new_runtime())
    lend(play.runtime, Permits(CLIENTS[0]))
    play.do(OWNER, call_of(play.rounds.set_purpose, task=play.task, purpose=PURPOSE))
    assert events_of(play.runtime, PurposeSet) == [PurposeSet(play.task, PURPOSE)]
    play.start()
    play.enrol(CLIENTS[0], data=True)
    root = play.rounds.enrolments_of(play.task, play.number)[CLIENTS[0]].data
    refused = call_of(play.rounds.enrol, task=play.task, number=play.number, data=root, duties=False)
    assert_noop(play.runtime, Signed(CLIENTS[1]), refused, NotPermitted)
    play.enrol(CLIENTS[1], duties=True)  # duties touch nobody's data


def test_registered_data_of_others_are_enrolled_for_no_task_without_a_purpose() -> None:
    play, permits = Play(new_runtime()), Permits()
    lend(play.runtime, permits)
    play.start()
    offer = DataCommitment(Hash(bytes(32)), 5)
    permits.owners[offer.root] = CLIENTS[0]
    enrol = call_of(play.rounds.enrol, task=play.task, number=play.number, data=offer, duties=False)
    assert_noop(play.runtime, Signed(CLIENTS[1]), enrol, NotPermitted)
    assert_ok(play.runtime, Signed(CLIENTS[0]), enrol)


def test_what_an_account_has_named_in_a_round_nobody_else_registers() -> None:
    play = Play(new_runtime())
    play.start()
    play.enrol(CLIENTS[0], data=True)
    data = play.rounds.enrolments_of(play.task, play.number)[CLIENTS[0]].data
    assert data is not None
    assert play.rounds.may_register(data.root, CLIENTS[0])
    assert not play.rounds.may_register(data.root, CLIENTS[1])
    assert play.rounds.may_register(Hash(bytes(32)), CLIENTS[1])


def test_a_purpose_is_the_owners_and_stands_still_while_a_round_runs() -> None:
    play = Play(new_runtime())
    name = call_of(play.rounds.set_purpose, task=play.task, purpose=PURPOSE)
    assert_noop(play.runtime, Signed(OWNER), name, PurposeUnknowable)
    lend(play.runtime, Permits())
    assert_noop(play.runtime, Signed(CLIENTS[0]), name, NotOwner)
    play.do(OWNER, name)
    play.do(OWNER, call_of(play.rounds.set_purpose, task=play.task, purpose=None))
    play.start()
    assert_noop(play.runtime, Signed(OWNER), name, RoundIsLive)


def devnet_with(permits: Permits) -> Devnet:
    """A devnet whose task has a purpose, with its first round in enrolment."""
    devnet = devnet_of(operators(), FOREST)
    lend(devnet.runtime, permits)
    devnet.runtime.federated_round.purposes.insert(0, PURPOSE)
    return devnet


def test_workers_offer_no_data_that_nobody_permitted() -> None:
    devnet = devnet_with(Permits(*CLIENTS[:2]))
    assert finish(devnet) is Outcome.PUBLISHED
    assert set(settlements(devnet.runtime, Role.CLIENT)) == set(CLIENTS[:2])
    assert devnet.failed == []


def test_a_worker_does_not_train_once_its_permit_is_revoked() -> None:
    permits = Permits(*CLIENTS)
    devnet = devnet_with(permits)
    rounds = devnet.runtime.federated_round
    while rounds.course(0, 0).phase is Phase.ENROL:
        devnet.block()
    assert rounds.enrolments.contains_key((0, 0, CLIENTS[2]))
    permits.permitted.remove(CLIENTS[2])
    assert finish(devnet) is Outcome.PUBLISHED
    assert settlements(devnet.runtime, Role.CLIENT)[CLIENTS[2]].reason is Reason.ABSENT
    assert set(CLIENTS) - {key[2] for key in rounds.updates.iter_keys((0, 0))} == {CLIENTS[2]}
