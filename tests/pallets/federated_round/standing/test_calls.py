"""Standing and standing down: what is refused, what is written, and what closing a task leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId, Hash
from pallets.federated_round import DataCommitment, Enrolment
from pallets.federated_round import errors as refused
from pallets.federated_round.events import Stands, StoodDown
from pallets.federated_round.shapes.choice import Buffered
from pallets.federated_round.standing.weights import close_weight, closing, start_weight, starting
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from pallets.ml_registry import LINEAR_AVERAGING
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, OWNER, TERMS, Play, new_runtime
from tests.pallets.federated_round.standing.standing_play import AT_ONCE, root_of, stand, standing_play
from tests.pallets.federated_round.test_purposes import PURPOSE, Permits, lend

DATA = DataCommitment(Hash(bytes(32)), 10)


@pytest.fixture
def play() -> Play:
    return Play(new_runtime())


def noop(play: Play, who: AccountId, call: RuntimeCall, error: type[DispatchError]) -> None:
    assert_noop(play.runtime, Signed(who), call, error)


def offer(play: Play, data: DataCommitment | None = DATA, *, duties: bool = False) -> RuntimeCall:
    return call_of(play.rounds.stand, task=play.task, data=data, duties=duties)


def test_whoever_stands_has_something_to_offer_and_something_to_lose(play: Play) -> None:
    noop(play, CLIENTS[0], offer(play, None), refused.NothingOffered)
    noop(play, CLIENTS[0], offer(play, DataCommitment(DATA.root, 0)), refused.NoSamples)
    noop(play, CLIENTS[0], offer(play, DataCommitment(DATA.root, 1_001)), refused.TooManySamples)
    noop(play, OWNER, offer(play), refused.OwnerMayNotEnrol)
    noop(play, AccountId(b"\x09" * 32), offer(play), refused.StakeTooSmall)
    unknown = call_of(play.rounds.stand, task=7, data=DATA, duties=False)
    noop(play, CLIENTS[0], unknown, refused.UnknownTask)


def test_nobody_stands_with_erased_or_unpermitted_data(play: Play) -> None:
    permits = Permits(CLIENTS[0])
    lend(play.runtime, permits)
    play.do(OWNER, call_of(play.rounds.set_purpose, task=play.task, purpose=PURPOSE))
    noop(play, CLIENTS[1], offer(play), refused.NotPermitted)
    play.do(CLIENTS[1], offer(play, None, duties=True))  # duties touch nobody's data
    play.do(CLIENTS[0], offer(play))
    play.rounds.data_erased(DATA.root)
    noop(play, CLIENTS[0], offer(play), refused.DataErased)


def test_clients_of_a_buffer_come_by_themselves() -> None:
    runtime = new_runtime(LINEAR_AVERAGING)
    play = Play(runtime, replace(TERMS, shape=Buffered(largest_staleness=2, learning_rate=1 << 32)))
    noop(play, CLIENTS[0], offer(play), refused.ShapeUnsuited)
    play.do(KEEPERS[0], offer(play, None, duties=True))


def test_as_many_stand_as_can_be_drawn_from_and_they_may_change_their_offer(play: Play) -> None:
    play.rounds.config = replace(play.rounds.config, max_enrolled=2)
    for who in CLIENTS[:2]:
        play.do(who, stand(play, who))
    noop(play, CLIENTS[2], stand(play, CLIENTS[2]), refused.TooManyEnrolled)
    play.do(CLIENTS[0], stand(play, CLIENTS[0], 7, duties=True, root=Hash(b"\x05" * 32)))
    assert play.rounds.stands_for(play.task) == {
        CLIENTS[0]: Enrolment(DataCommitment(Hash(b"\x05" * 32), 7), duties=True),
        CLIENTS[1]: Enrolment(DataCommitment(root_of(CLIENTS[1]), 100), duties=False),
    }
    assert set(play.rounds.standing_with.iter_keys()) == {
        (Hash(b"\x05" * 32), play.task, CLIENTS[0]),
        (root_of(CLIENTS[1]), play.task, CLIENTS[1]),
    }
    assert events_of(play.runtime, Stands)[-1] == Stands(play.task, CLIENTS[0], 7, True)
    play.do(CLIENTS[1], call_of(play.rounds.stand_down, task=play.task))
    play.do(CLIENTS[2], stand(play, CLIENTS[2]))
    play.rounds.try_state()


def test_who_stands_with_data_names_them_so_that_nobody_else_can_register_them(play: Play) -> None:
    play.do(CLIENTS[0], stand(play, CLIENTS[0]))
    assert play.rounds.may_register(root_of(CLIENTS[0]), CLIENTS[0])
    assert not play.rounds.may_register(root_of(CLIENTS[0]), CLIENTS[1])


def test_only_who_stands_stands_down_and_leaves_nothing(play: Play) -> None:
    down = call_of(play.rounds.stand_down, task=play.task)
    noop(play, CLIENTS[0], down, refused.NotStanding)
    play.do(CLIENTS[0], stand(play, CLIENTS[0]))
    play.do(CLIENTS[0], down)
    assert events_of(play.runtime, StoodDown) == [StoodDown(play.task, CLIENTS[0], None)]
    noop(play, CLIENTS[0], down, refused.NotStanding)
    assert is_empty(play)


def test_a_closed_task_forgets_who_stood_for_it_and_nobody_elses() -> None:
    play = standing_play()
    other = Play(play.runtime)
    other.do(CLIENTS[0], stand(other, CLIENTS[0]))
    play.do(OWNER, call_of(play.rounds.close_task, task=play.task))
    assert play.rounds.stands_for(play.task) == {}
    assert play.rounds.awaiting.get() == ()
    assert set(other.rounds.stands_for(other.task)) == {CLIENTS[0]}
    play.rounds.try_state()
    other.do(OWNER, call_of(other.rounds.close_task, task=other.task))
    assert is_empty(play)


def test_starting_and_closing_weigh_what_those_who_stand_cost() -> None:
    play = standing_play()
    config, standing = play.rounds.config, len(CLIENTS) + len(KEEPERS)
    start, close = (call_of(each, task=play.task) for each in (play.rounds.start_round, play.rounds.close_task))
    assert (start.info().total_weight, close.info().total_weight) == (start_weight(config), close_weight(config))
    with pytest.raises(refused.NotOwner) as refusal:
        play.runtime.dispatch(start, Signed(CLIENTS[0]))
    assert refusal.value.post_info.actual_weight == starting(0)
    assert play.runtime.dispatch(start, Signed(OWNER)).actual_weight == starting(standing)
    play.wait(60)
    assert play.runtime.dispatch(close, Signed(OWNER)).actual_weight == closing(standing)
    assert not starting(standing).exceeds(start_weight(config))
    assert not closing(standing).exceeds(close_weight(config))


def is_empty(play: Play) -> bool:
    rounds = play.rounds
    items = (rounds.standing, rounds.standing_with, rounds.standing_count)
    return not any(True for item in items for _ in item.iter_keys())


def test_a_round_without_a_phase_to_enrol_in_lasts_as_long_as_one_with_a_block_for_it() -> None:
    """Its draw waits a block for the hash that nobody could know when the last account stood."""
    assert AT_ONCE.longest == replace(AT_ONCE, schedule=replace(AT_ONCE.schedule, enrol=1)).longest
    assert AT_ONCE.longest == TERMS.longest - TERMS.schedule.enrol + 1
