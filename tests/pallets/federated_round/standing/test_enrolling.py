"""As a round begins, the chain enrols whoever stands, as if each had enrolled then; nobody else, and nothing stale."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId, Hash
from pallets.federated_round import DataCommitment, Enrolment, Outcome, Phase, Stage
from pallets.federated_round import errors as refused
from pallets.federated_round.drawing import round_seed
from pallets.federated_round.events import Enrolled, LeftOut, PhaseBegan, RolesDrawn, RoundStarted, Stands, StoodDown
from pallets.federated_round.standing.types import Hindrance
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from pallets.privacy_budget import Trainer
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, OWNER, Play
from tests.pallets.federated_round.standing.standing_play import (
    everybody_stands,
    fail_round,
    root_of,
    stand,
    standing_play,
)
from tests.pallets.federated_round.test_charging import COST, NOISY, ONCE, play_of, spent
from tests.pallets.federated_round.test_purposes import PURPOSE, Permits, lend

POOR = CLIENTS[1]

offers = st.dictionaries(
    st.sampled_from((*CLIENTS, *KEEPERS)),
    st.tuples(st.integers(0, 1_000), st.booleans()).filter(lambda offer: offer[0] > 0 or offer[1]),
    max_size=10,
)


def enrolled(play: Play) -> dict[AccountId, Enrolment]:
    return dict(play.rounds.enrolments_of(play.task, play.number))


@settings(max_examples=12)
@given(offers, offers)
def test_who_stands_is_drawn_exactly_as_if_each_had_enrolled_in_each_round(
    first: dict[AccountId, tuple[int, bool]], then: dict[AccountId, tuple[int, bool]]
) -> None:
    """On three chains with the same randomness: without a phase to enrol in, with one, and round by round."""
    plays = [standing_play(at_once=at_once, same_beacon=True) for at_once in (True, False, False)]
    for play in plays:
        for who in (*CLIENTS, *KEEPERS):
            play.do(who, call_of(play.rounds.stand_down, task=play.task))
    for changes in (first, then):
        for play in plays[:2]:
            before = play.rounds.stands_for(play.task)
            for who, (samples, duties) in changes.items():
                play.do(who, stand(play, who, samples, duties=duties))
            for who in before.keys() - changes.keys():
                play.do(who, call_of(play.rounds.stand_down, task=play.task))
        for play in plays:
            play.start()
        for who, (samples, duties) in changes.items():
            plays[2].enrol(who, data=samples > 0, duties=duties, samples=samples)
        told = []
        for play in plays:
            outcome = fail_round(play)
            play.rounds.try_state()
            told.append((outcome, events_of(play.runtime, RolesDrawn), enrolled(play)))
        assert told[0] == told[1] == told[2]


def test_a_task_without_a_phase_to_enrol_in_goes_straight_to_the_draw() -> None:
    play = standing_play()
    begun = play.rounds.block_number()
    play.start()
    course = play.round
    assert (course.phase, course.since, course.enrolled, course.acted) == (Phase.DRAW, begun + 1, 10, 0)
    assert enrolled(play) == play.rounds.stands_for(play.task)
    told = [each for kind in (RoundStarted, Enrolled, PhaseBegan) for each in events_of(play.runtime, kind)]
    assert told == [
        RoundStarted(0, 0, None, 1_000),
        *(Enrolled(0, 0, who, 100 * (who in CLIENTS), who in KEEPERS) for who in sorted((*CLIENTS, *KEEPERS))),
        PhaseBegan(0, 0, Phase.DRAW, begun + 11),
    ]
    extra = call_of(play.rounds.enrol, task=0, number=0, data=None, duties=True)
    assert_noop(play.runtime, Signed(KEEPERS[0]), extra, refused.WrongPhase)
    play.wait(2)
    assert play.round.phase is Phase.COMMIT_UPDATES
    assert (len(play.drawn.clients), len(play.drawn.aggregators), len(play.drawn.validators)) == (4, 3, 3)


def test_the_draw_waits_for_the_hash_of_a_block_that_begins_after_everybody_is_known() -> None:
    """What is changed in the block of the start, too, is settled before the block begins whose hash is drawn by."""
    play = standing_play()
    begun = play.rounds.block_number()
    play.do(CLIENTS[0], stand(play, CLIENTS[0], 3))
    play.start()
    play.do(CLIENTS[1], stand(play, CLIENTS[1], 4))  # counts from the next round on
    beacon = play.rounds.config.beacon
    play.wait()
    assert play.round.phase is Phase.DRAW
    assert beacon.after(begun + 1) is None
    play.wait()
    known = beacon.after(begun + 1)
    assert known is not None
    assert play.round.seed == round_seed(0, 0, known, enrolled(play))
    samples = [each.data.samples for who, each in sorted(enrolled(play).items()) if each.data is not None]
    assert samples == [3, 100, 100, 100]


def test_late_joiners_enrol_beside_those_who_stand() -> None:
    play = standing_play(at_once=False)
    play.do(CLIENTS[3], call_of(play.rounds.stand_down, task=play.task))
    play.start()
    assert (play.round.phase, play.round.enrolled, play.round.acted) == (Phase.ENROL, 9, 9)
    again = call_of(play.rounds.enrol, task=0, number=0, data=None, duties=True)
    assert_noop(play.runtime, Signed(CLIENTS[0]), again, refused.AlreadyEnrolled)
    play.enrol(CLIENTS[3], data=True)
    play.until(Phase.COMMIT_UPDATES)
    assert play.drawn.clients == CLIENTS
    fail_round(play)
    play.start()
    assert CLIENTS[3] not in enrolled(play)


def test_a_full_lottery_needs_no_time_to_enrol() -> None:
    play = standing_play(at_once=False)
    play.rounds.config = replace(play.rounds.config, max_enrolled=10)
    play.start()
    play.wait()
    assert play.round.phase is Phase.DRAW


def test_who_stands_down_while_a_round_runs_is_left_out_of_later_ones() -> None:
    play = standing_play()
    play.start()
    play.until(Phase.COMMIT_UPDATES)
    gone = play.drawn.clients[0]
    play.do(gone, call_of(play.rounds.stand_down, task=play.task))
    play.vote(Stage.UPDATE, play.updates())
    assert len(play.rounds.revealed(0, 0, Stage.UPDATE)) == 4
    fail_round(play)
    play.start()
    assert set(enrolled(play)) == {*CLIENTS, *KEEPERS} - {gone}


def test_who_has_too_little_at_stake_stands_no_longer() -> None:
    play = standing_play()
    play.do(POOR, call_of(play.runtime.staking.unbond, amount=9_001))
    play.start()
    assert POOR not in enrolled(play)
    assert events_of(play.runtime, StoodDown) == [StoodDown(0, POOR, Hindrance.STAKE_TOO_SMALL)]
    assert play.rounds.standing_count.get(0) == 9
    play.rounds.try_state()


def test_data_without_a_permit_are_left_out_and_duties_are_not() -> None:
    play, permits = standing_play(), Permits(*CLIENTS)
    lend(play.runtime, permits)
    play.do(OWNER, call_of(play.rounds.set_purpose, task=0, purpose=PURPOSE))
    play.do(CLIENTS[0], stand(play, CLIENTS[0], duties=True))
    permits.permitted -= set(CLIENTS[:2])
    play.start()
    assert enrolled(play)[CLIENTS[0]] == Enrolment(None, duties=True)
    assert CLIENTS[1] not in enrolled(play)
    told = events_of(play.runtime, LeftOut)
    assert told == [LeftOut(0, 0, who, Hindrance.NOT_PERMITTED) for who in CLIENTS[:2]]
    fail_round(play)
    permits.permitted |= set(CLIENTS[:2])
    play.start()
    assert enrolled(play) == play.rounds.stands_for(0)


def test_privacy_is_charged_as_each_round_begins_and_who_cannot_afford_it_is_left_out() -> None:
    play, budgets = play_of(NOISY)
    fail_round(play)
    everybody_stands(play)
    assert spent(budgets, CLIENTS[0]) == [None, None]
    budgets.limits.insert(Trainer(POOR), COST - 1)
    play.start()
    assert spent(budgets, CLIENTS[0]) == [ONCE, ONCE]
    assert spent(budgets, POOR) == [None, None]
    assert POOR not in enrolled(play)
    assert events_of(play.runtime, LeftOut) == [LeftOut(0, 1, POOR, Hindrance.BUDGET_EXCEEDED)]
    fail_round(play)
    assert spent(budgets, CLIENTS[0]) == [None, None]  # nothing was shown
    budgets.limits.remove(Trainer(POOR))
    play.start()
    assert set(enrolled(play)) == {*CLIENTS, *KEEPERS}


@pytest.mark.parametrize("duties", [False, True])
def test_erased_data_are_taken_out_of_what_stands(duties: bool) -> None:
    play, root = standing_play(), root_of(POOR)
    play.do(POOR, stand(play, POOR, duties=duties))
    play.rounds.data_erased(root)
    assert not any(True for _ in play.rounds.standing_with.iter_keys((root,)))
    expected = Enrolment(None, duties=True) if duties else None
    assert play.rounds.standing.get((0, POOR)) == expected
    if duties:
        assert events_of(play.runtime, Stands)[-1] == Stands(0, POOR, 0, True)
    else:
        assert events_of(play.runtime, StoodDown) == [StoodDown(0, POOR, Hindrance.DATA_ERASED)]
    play.rounds.try_state()
    play.start()
    assert enrolled(play).get(POOR) == expected


@pytest.mark.parametrize("duties", [False, True])
def test_what_an_erasure_did_not_come_to_is_taken_out_as_the_round_begins(duties: bool) -> None:
    play = standing_play()
    play.do(POOR, stand(play, POOR, duties=duties))
    play.rounds.erased.insert(root_of(POOR), True)
    play.start()
    assert events_of(play.runtime, LeftOut) == [LeftOut(0, 0, POOR, Hindrance.DATA_ERASED)]
    assert play.rounds.standing.get((0, POOR)) == (Enrolment(None, duties=True) if duties else None)
    assert (POOR in enrolled(play)) == duties
    play.rounds.try_state()


def test_a_round_that_fails_to_begin_enrols_nobody() -> None:
    play = standing_play()
    bare = Play(play.runtime, test_sets=0)
    bare.do(CLIENTS[0], stand(bare, CLIENTS[0]))
    assert_noop(play.runtime, Signed(OWNER), call_of(bare.rounds.start_round, task=bare.task), refused.NoTestSet)


def test_automatic_rounds_enrol_who_stands_each_time() -> None:
    play = standing_play()
    task = play.rounds.task(0)
    play.rounds.tasks.insert(0, replace(task, terms=replace(task.terms, automatic=True)))
    play.start()
    play.until(Phase.COMMIT_UPDATES)
    for _ in range(60):
        play.wait()
        play.rounds.try_state()
        if play.number == 1 and play.round.phase is Phase.COMMIT_UPDATES:
            break
    assert play.number == 1
    assert set(enrolled(play)) == {*CLIENTS, *KEEPERS}
    assert play.drawn.clients == CLIENTS


def test_a_task_waits_for_those_who_will_stand_before_its_first_round_and_where_too_few_did() -> None:
    play = standing_play()
    assert play.rounds.awaiting.get() == (0,)
    for who in CLIENTS[1:]:
        play.do(who, call_of(play.rounds.stand_down, task=0))
    play.start()
    assert play.rounds.awaiting.get() == ()
    assert fail_round(play) is Outcome.TOO_FEW_ENROLLED
    assert play.rounds.awaiting.get() == (0,)
    everybody_stands(play)
    play.start()
    assert fail_round(play) is Outcome.TOO_FEW_UPDATES
    assert play.rounds.awaiting.get() == ()


def test_the_oldest_task_that_waits_makes_room_for_a_new_one() -> None:
    play = standing_play()
    others = [Play(play.runtime, replace(play.rounds.task(0).terms), pool=10_000, test_sets=1) for _ in range(3)]
    assert play.rounds.awaiting.get() == tuple(each.task for each in others)
    assert play.rounds.config.max_live == 3


def test_data_of_a_root_that_others_stand_with_go_with_it_at_once_up_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pallets.federated_round.standing.storage.MOST_AT_ONCE", 2)
    play, root = standing_play(), Hash(b"\x05" * 32)
    for who in CLIENTS[:3]:
        play.do(who, stand(play, who, 5, root=root))
    play.rounds.data_erased(root)
    left = {who for who, each in play.rounds.stands_for(0).items() if each.data == DataCommitment(root, 5)}
    assert len(left) == 1
    play.start()
    assert left.isdisjoint(play.rounds.stands_for(0))
    assert left.isdisjoint(enrolled(play))
