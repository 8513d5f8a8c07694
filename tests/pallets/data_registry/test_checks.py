"""Panels decide; who lied or accused without cause pays, to the planck."""

from __future__ import annotations

import pytest

from pallets.data_registry import CheckOutcome, CheckPhase, Status, Verdict
from pallets.data_registry.errors import (
    AlreadyChecker,
    AlreadyRefuted,
    AlreadySealed,
    CheckIsOpen,
    NotChecker,
    NothingSealed,
    NotOnPanel,
    SealBroken,
    StakeTooSmall,
    TooManyCheckers,
    TooManyChecks,
    UnknownCheck,
    WrongPhase,
)
from pallets.data_registry.events import CheckEnded, CheckerPunished, PanelDrawn
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from tests.pallets.data_registry.mock import (
    BOND,
    CHECKERS,
    DEPOSIT,
    DOUBTER,
    ENDOWMENT,
    FEE,
    OWNER,
    STAKE,
    TREASURY,
    Play,
    description,
)

MATCHES, DIFFERS, UNSIGNED = Verdict.MATCHES, Verdict.DIFFERS, Verdict.UNSIGNED


def ended(play: Play) -> list[CheckEnded]:
    return events_of(play.runtime, CheckEnded)


def test_bytes_that_match_are_confirmed_and_the_fee_goes_to_those_who_looked() -> None:
    play = Play()
    number = play.register()
    assert play.held(OWNER) == DEPOSIT + FEE
    panel = play.judge(number, MATCHES, MATCHES, MATCHES)
    assert play.registry.data_set(number).status is Status.CONFIRMED
    assert play.held(OWNER) == DEPOSIT
    assert play.total(OWNER) == ENDOWMENT - FEE
    assert [play.total(who) for who in panel] == [ENDOWMENT + FEE // 3] * 3
    assert [play.runtime.staking.reputation.get(who) for who in panel] == [101] * 3


@pytest.mark.parametrize("verdict", [DIFFERS, UNSIGNED])
def test_bytes_that_do_not_match_cost_the_registrant_the_deposit(verdict: Verdict) -> None:
    play = Play()
    number = play.register()
    play.judge(number, verdict, verdict, verdict)
    assert play.registry.data_set(number).status is Status.REFUTED
    assert ended(play) == [CheckEnded(number, CheckOutcome.REFUTED, DEPOSIT)]
    assert play.held(OWNER) == 0
    assert play.total(OWNER) == ENDOWMENT - DEPOSIT - FEE
    assert play.total(TREASURY) == ENDOWMENT + DEPOSIT


def test_a_checker_whom_the_majority_contradicts_is_slashed_and_one_who_is_absent_loses_less() -> None:
    play = Play()
    number = play.register()
    liar = play.judge(number, MATCHES, DIFFERS, MATCHES)[1]
    assert events_of(play.runtime, CheckerPunished) == [CheckerPunished(number, liar, STAKE // 10)]
    second = play.register(b"more rows")
    absent = play.judge(second, None, MATCHES, MATCHES)[0]
    punished = events_of(play.runtime, CheckerPunished)[-1]
    assert punished.who == absent
    assert punished.slashed in {STAKE // 100, STAKE * 9 // 10 // 100}
    assert play.registry.data_set(second).status is Status.CONFIRMED


def test_without_a_majority_nothing_is_decided_and_everything_comes_back() -> None:
    play = Play()
    number = play.register()
    play.judge(number, MATCHES, DIFFERS, None)
    assert play.registry.data_set(number).status is Status.UNCHECKED
    assert ended(play) == [CheckEnded(number, CheckOutcome.UNDECIDED, 0)]
    assert play.total(OWNER) == ENDOWMENT
    assert play.held(OWNER) == DEPOSIT
    # its owner may ask again, for another fee
    play.do(OWNER, call_of(play.registry.request_check, data_set=number))
    play.judge(number, MATCHES, MATCHES, MATCHES)
    assert play.registry.data_set(number).status is Status.CONFIRMED


def test_a_panel_that_says_nothing_is_over_after_its_first_deadline() -> None:
    play = Play()
    number = play.register()
    play.panel(number)
    play.wait(5)
    assert not play.registry.checks.contains_key(number)
    assert len(events_of(play.runtime, CheckerPunished)) == 3


def test_too_few_checkers_decide_nothing() -> None:
    play = Play(checkers=2)
    number = play.register()
    play.wait(1)
    assert ended(play)[-1].outcome is CheckOutcome.UNDECIDED
    assert play.registry.data_set(number).status is Status.UNCHECKED


def test_a_challenger_who_is_right_gets_the_bounty_and_the_bond_back() -> None:
    play = Play()
    number = play.register()
    play.judge(number, MATCHES, MATCHES, MATCHES)
    play.do(DOUBTER, call_of(play.registry.request_check, data_set=number))
    assert play.held(DOUBTER) == BOND
    play.judge(number, DIFFERS, DIFFERS, DIFFERS)
    assert play.held(DOUBTER) == 0
    assert play.total(DOUBTER) == ENDOWMENT + DEPOSIT // 2 - FEE
    assert play.total(TREASURY) == ENDOWMENT + DEPOSIT // 2
    refused = call_of(play.registry.request_check, data_set=number)
    assert_noop(play.runtime, Signed(DOUBTER), refused, AlreadyRefuted)


def test_a_challenger_without_cause_loses_the_bond_to_the_owner_and_the_checkers() -> None:
    play = Play()
    number = play.register()
    play.judge(number, MATCHES, MATCHES, MATCHES)
    before = play.total(OWNER)
    play.do(DOUBTER, call_of(play.registry.request_check, data_set=number))
    play.judge(number, MATCHES, MATCHES, MATCHES)
    assert play.total(DOUBTER) == ENDOWMENT - BOND
    assert play.total(OWNER) == before + BOND - FEE
    assert play.registry.data_set(number).status is Status.CONFIRMED


def test_neither_the_owner_nor_the_challenger_sits_on_the_panel() -> None:
    play = Play(checkers=5)
    number = play.register()
    play.judge(number, MATCHES, MATCHES, MATCHES)
    doubter = CHECKERS[0]
    for _ in range(4):
        play.do(doubter, call_of(play.registry.request_check, data_set=number))
        assert doubter not in play.judge(number, MATCHES, MATCHES, MATCHES)


def test_the_panel_is_the_same_on_every_node() -> None:
    first, second = Play(), Play()
    assert first.panel(first.register()) == second.panel(second.register())
    assert events_of(first.runtime, PanelDrawn) == events_of(second.runtime, PanelDrawn)


def test_an_erasure_does_not_save_a_deposit_that_is_being_judged() -> None:
    play = Play()
    number = play.register()
    panel = play.panel(number)
    for who in panel[:2]:
        play.do(who, play.seal_call(number, who, DIFFERS))
    play.do(OWNER, call_of(play.registry.erase_data_set, data_set=number))
    play.runtime.try_state()
    assert play.held(OWNER) == DEPOSIT + FEE
    play.wait(5)
    for who in panel[:2]:
        play.do(who, play.reveal_call(number, DIFFERS))
    play.wait(1)
    play.runtime.try_state()
    assert ended(play)[-1] == CheckEnded(number, CheckOutcome.REFUTED, DEPOSIT)
    assert play.total(TREASURY) == ENDOWMENT + DEPOSIT
    assert events_of(play.runtime, CheckerPunished) == []  # the third could not look any more


def test_an_honest_owner_who_erases_during_a_check_gets_everything_back() -> None:
    play = Play()
    number = play.register()
    play.do(OWNER, call_of(play.registry.erase_data_set, data_set=number))
    play.wait(20)
    play.runtime.try_state()
    assert play.held(OWNER) == 0
    assert play.total(OWNER) == ENDOWMENT


def test_verdicts_are_refused_out_of_turn() -> None:
    play = Play(checkers=4)
    number = play.register()
    panel = play.panel(number)
    outside = next(who for who in CHECKERS if who not in panel)
    runtime = play.runtime
    assert_noop(runtime, Signed(outside), play.seal_call(number, outside, MATCHES), NotOnPanel)
    assert_noop(runtime, Signed(panel[0]), play.reveal_call(number, MATCHES), WrongPhase)
    play.do(panel[0], play.seal_call(number, panel[0], MATCHES))
    assert_noop(runtime, Signed(panel[0]), play.seal_call(number, panel[0], MATCHES), AlreadySealed)
    again = call_of(play.registry.request_check, data_set=number)
    assert_noop(runtime, Signed(DOUBTER), again, CheckIsOpen)
    play.wait(5)
    assert play.registry.check(number).phase is CheckPhase.REVEAL
    assert_noop(runtime, Signed(panel[0]), play.reveal_call(number, DIFFERS), SealBroken)
    assert_noop(runtime, Signed(panel[1]), play.reveal_call(number, MATCHES), NothingSealed)
    play.do(panel[0], play.reveal_call(number, MATCHES))
    assert_noop(runtime, Signed(panel[0]), play.reveal_call(number, MATCHES), NothingSealed)
    unknown = call_of(play.registry.reveal_verdict, data_set=9, verdict=MATCHES, salt=bytes(32))
    assert_noop(runtime, Signed(panel[0]), unknown, UnknownCheck)


def test_a_seal_is_worthless_to_whoever_copies_it() -> None:
    play = Play()
    number = play.register()
    first, thief, _ = play.panel(number)
    seal = play.seal_call(number, first, MATCHES)
    play.do(first, seal)
    play.do(thief, seal)
    play.wait(5)
    play.do(first, play.reveal_call(number, MATCHES))
    assert_noop(play.runtime, Signed(thief), play.reveal_call(number, MATCHES), SealBroken)


def test_checkers_answer_with_stake() -> None:
    play = Play(checkers=6)
    registry, runtime = play.registry, play.runtime
    join = call_of(registry.join_checkers)
    assert_noop(runtime, Signed(CHECKERS[0]), join, AlreadyChecker)
    assert_noop(runtime, Signed(OWNER), join, TooManyCheckers)
    leave = call_of(registry.leave_checkers, who=CHECKERS[0])
    assert_noop(runtime, Signed(OWNER), leave, NotChecker)
    play.do(CHECKERS[0], leave)
    assert_noop(runtime, Signed(CHECKERS[0]), leave, NotChecker)
    assert_noop(runtime, Signed(OWNER), join, StakeTooSmall)
    play.do(CHECKERS[1], call_of(runtime.staking.unbond, amount=STAKE))
    play.do(OWNER, call_of(registry.leave_checkers, who=CHECKERS[1]))  # its stake is leaving
    assert CHECKERS[1] not in registry.checkers.get()


def test_there_are_only_so_many_checks_at_once() -> None:
    play = Play()
    for number in range(3):
        play.register(b"rows %d" % number)
    fourth = call_of(play.registry.register_data_set, description=description(b"rows 3"))
    assert_noop(play.runtime, Signed(OWNER), fourth, TooManyChecks)
