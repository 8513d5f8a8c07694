"""Every call's refusals: the error, and no trace in the storage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId, Hash
from pallets.federated_round import (
    Aggregate,
    ClientScore,
    DataCommitment,
    Judged,
    Penalties,
    Phase,
    Schedule,
    Seats,
    Split,
    Stage,
    Terms,
)
from pallets.federated_round import errors as refused
from pallets.federated_round.events import RewardThresholdChanged, TaskClosed, TaskCreated, ToppedUp
from pallets.federated_round.sealed import commitment_of, content_hash, seal_of
from pallets.federated_round.types import MAX_CLIENTS
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import BadOrigin, DispatchError, TokenProblem
from pallets.frame.origin import ROOT, Origin, Signed
from pallets.frame.testing import assert_noop, assert_ok, events_of
from pallets.ml_registry import AlgorithmDisabled, Artifact, UnknownModel, artifact_of
from tests.pallets.federated_round.mock import (
    CLIENTS,
    ENDOWMENT,
    KEEPERS,
    MINIMUM_BALANCE,
    MODEL,
    OWNER,
    SALT,
    TERMS,
    Play,
    held_out,
    new_runtime,
    update_of,
)

NO_SEAL = Hash(bytes(32))
DATA = DataCommitment(Hash(bytes(32)), 10)


@pytest.fixture
def play() -> Play:
    return Play(new_runtime())


def noop(play: Play, who: AccountId | Origin, call: RuntimeCall, error: type[DispatchError]) -> None:
    origin = who if isinstance(who, Origin) else Signed(AccountId(who))
    assert_noop(play.runtime, origin, call, error)


# Tasks


def test_a_task_moves_its_pool_and_a_deposit_to_its_pot(play: Play) -> None:
    balances, pot = play.runtime.balances, play.rounds.pot(play.task)
    assert balances.balance(pot) == 30_000 + MINIMUM_BALANCE
    assert balances.balance(OWNER) == ENDOWMENT - 30_000 - MINIMUM_BALANCE
    assert events_of(play.runtime, TaskCreated) == [TaskCreated(0, OWNER, 0, 30_000)]


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        (replace(TERMS, split=Split(70, 10, 21)), refused.SplitUnbalanced),
        (replace(TERMS, split=Split(70, 10, 19)), refused.SplitUnbalanced),
        (replace(TERMS, seats=Seats(MAX_CLIENTS + 1, 2, 3, 3)), refused.SeatsImpossible),
        (replace(TERMS, seats=Seats(2, 3, 3, 3)), refused.SeatsImpossible),
        (replace(TERMS, seats=Seats(2, 0, 3, 3)), refused.SeatsImpossible),
        (replace(TERMS, seats=Seats(2, 2, 0, 3)), refused.SeatsImpossible),
        (replace(TERMS, seats=Seats(2, 2, 3, 16)), refused.SeatsImpossible),
        (replace(TERMS, schedule=replace(TERMS.schedule, reveal=0)), refused.ScheduleImpossible),
        (replace(TERMS, schedule=Schedule(10, 10, 10, 10, 10, 10)), refused.ScheduleImpossible),
        (replace(TERMS, penalties=Penalties(1_000_001, 0)), refused.FractionTooLarge),
        (replace(TERMS, penalties=Penalties(0, 1_000_001)), refused.FractionTooLarge),
        (replace(TERMS, unjudged_share=101), refused.FractionTooLarge),
        (replace(TERMS, max_samples=0), refused.NoSamples),
        (replace(TERMS, reward_threshold=1_000_001), refused.ThresholdTooLarge),
        (replace(TERMS, settings=Artifact(b"", Hash(bytes(32)), 1)), refused.EmptyArtifact),
        (replace(TERMS, round_reward=30_001), refused.PoolTooSmall),
    ],
)
def test_impossible_terms_are_refused(play: Play, terms: Terms, error: type[DispatchError]) -> None:
    noop(play, OWNER, call_of(play.rounds.create_task, model=0, terms=terms, pool=30_000, test_sets=()), error)


def test_only_the_models_owner_opens_a_task_with_an_enabled_algorithm(play: Play) -> None:
    create = call_of(play.rounds.create_task, model=0, terms=TERMS, pool=30_000, test_sets=())
    noop(play, CLIENTS[0], create, refused.NotOwner)
    missing = call_of(play.rounds.create_task, model=7, terms=TERMS, pool=30_000, test_sets=())
    noop(play, OWNER, missing, UnknownModel)
    dear = call_of(play.rounds.create_task, model=0, terms=TERMS, pool=ENDOWMENT, test_sets=())
    noop(play, OWNER, dear, TokenProblem)
    disable = call_of(play.runtime.ml_registry.set_algorithm_enabled, algorithm=0, enabled=False)
    assert_ok(play.runtime, ROOT, disable)
    noop(play, OWNER, create, AlgorithmDisabled)
    noop(play, OWNER, call_of(play.rounds.start_round, task=0), AlgorithmDisabled)


def test_anybody_tops_up_a_pool(play: Play) -> None:
    play.do(KEEPERS[0], call_of(play.rounds.top_up, task=0, amount=500))
    assert play.rounds.task(0).pool == 30_500
    assert events_of(play.runtime, ToppedUp) == [ToppedUp(0, KEEPERS[0], 500)]
    noop(play, KEEPERS[0], call_of(play.rounds.top_up, task=1, amount=500), refused.UnknownTask)
    noop(play, KEEPERS[0], call_of(play.rounds.top_up, task=0, amount=ENDOWMENT), TokenProblem)


def test_a_closed_task_gives_everything_back(play: Play) -> None:
    play.do(KEEPERS[0], call_of(play.rounds.top_up, task=0, amount=500))
    close = call_of(play.rounds.close_task, task=0)
    noop(play, KEEPERS[0], close, refused.NotOwner)
    play.do(OWNER, close)
    assert play.runtime.balances.balance(OWNER) == ENDOWMENT + 500
    assert play.runtime.balances.total_balance(play.rounds.pot(0)) == 0
    assert events_of(play.runtime, TaskClosed) == [TaskClosed(0, 30_500 + MINIMUM_BALANCE)]
    noop(play, OWNER, close, refused.UnknownTask)


def test_a_task_is_not_closed_under_a_round(play: Play) -> None:
    play.start()
    noop(play, OWNER, call_of(play.rounds.close_task, task=0), refused.RoundIsLive)
    play.until(Phase.ENDED)
    play.do(OWNER, call_of(play.rounds.close_task, task=0))


def test_test_sets_are_committed_by_the_owner_for_few_rounds_ahead(play: Play) -> None:
    more = (Hash(b"\x01" * 32),)
    noop(play, CLIENTS[0], call_of(play.rounds.commit_test_sets, task=0, commitments=more), refused.NotOwner)
    many = call_of(play.rounds.commit_test_sets, task=0, commitments=more * 62)
    noop(play, OWNER, many, refused.TooManyTestSets)
    play.do(OWNER, call_of(play.rounds.commit_test_sets, task=0, commitments=more))
    assert len(play.rounds.task(0).test_sets) == 4


# Starting


def test_a_round_starts_where_none_is_live_and_a_test_set_and_funds_are_there(play: Play) -> None:
    start = call_of(play.rounds.start_round, task=0)
    noop(play, CLIENTS[0], start, refused.NotOwner)
    play.start()
    noop(play, OWNER, start, refused.RoundIsLive)
    bare = Play(play.runtime, test_sets=0)
    noop(play, OWNER, call_of(play.rounds.start_round, task=bare.task), refused.NoTestSet)


def test_a_pool_that_is_used_up_starts_no_round() -> None:
    play = Play(new_runtime(), pool=10_000)
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 1, 1)))
    assert play.rounds.task(0).pool == 0
    noop(play, OWNER, call_of(play.rounds.start_round, task=0), refused.PoolTooSmall)


def test_only_so_many_tasks_have_a_live_round(play: Play) -> None:
    plays = [play, *(Play(play.runtime) for _ in range(3))]
    for each in plays[:3]:
        each.start()
    noop(play, OWNER, call_of(play.rounds.start_round, task=3), refused.TooManyLive)


# Enrolment


def enrol(play: Play, number: int = 0, data: DataCommitment | None = DATA, *, duties: bool = False) -> RuntimeCall:
    return call_of(play.rounds.enrol, task=play.task, number=number, data=data, duties=duties)


def test_whoever_enrols_has_something_to_offer_and_something_to_lose(play: Play) -> None:
    play.start()
    noop(play, CLIENTS[0], enrol(play, data=None), refused.NothingOffered)
    noop(play, CLIENTS[0], enrol(play, data=DataCommitment(DATA.root, 0)), refused.NoSamples)
    noop(play, CLIENTS[0], enrol(play, data=DataCommitment(DATA.root, 1_001)), refused.TooManySamples)
    noop(play, OWNER, enrol(play), refused.OwnerMayNotEnrol)
    noop(play, AccountId(b"\x09" * 32), enrol(play), refused.StakeTooSmall)
    noop(play, CLIENTS[0], enrol(play, number=1), refused.WrongRound)
    play.do(CLIENTS[0], enrol(play))
    noop(play, CLIENTS[0], enrol(play, duties=True), refused.AlreadyEnrolled)


def test_stake_on_its_way_out_enrols_nobody(play: Play) -> None:
    play.start()
    play.do(CLIENTS[0], call_of(play.runtime.staking.unbond, amount=9_001 - 1))
    play.do(CLIENTS[0], enrol(play))
    play.do(CLIENTS[1], call_of(play.runtime.staking.unbond, amount=9_001))
    noop(play, CLIENTS[1], enrol(play), refused.StakeTooSmall)


def test_nobody_enrols_once_the_data_roots_are_locked(play: Play) -> None:
    play.start()
    play.until(Phase.DRAW)
    noop(play, CLIENTS[0], enrol(play), refused.WrongPhase)


def test_the_lottery_has_a_limit(play: Play) -> None:
    play.start()
    course = play.round
    play.rounds.rounds.insert((0, 0), replace(course, enrolled=12, acted=11))
    noop(play, CLIENTS[0], enrol(play), refused.TooManyEnrolled)


# Seals


def commit(play: Play, seal: Hash = NO_SEAL, stage: Stage = Stage.UPDATE) -> RuntimeCall:
    return call_of(play.rounds.commit, task=0, number=0, stage=stage, seal=seal)


def test_only_those_drawn_commit_once_in_their_phase(play: Play) -> None:
    play.start()
    noop(play, CLIENTS[0], commit(play), refused.WrongPhase)
    play.enrol_all()
    noop(play, KEEPERS[0], commit(play), refused.NotDrawn)
    noop(play, play.drawn.aggregators[0], commit(play, stage=Stage.AGGREGATE), refused.WrongPhase)
    play.do(CLIENTS[0], commit(play))
    noop(play, CLIENTS[0], commit(play), refused.AlreadyCommitted)


def test_a_reveal_opens_the_accounts_own_seal_and_no_other(play: Play) -> None:
    play.start()
    play.enrol_all()
    for who in CLIENTS[:3]:
        play.commit(who, Stage.UPDATE, update_of(CLIENTS[0]))
    # the fourth copies the seal of the first
    copied = seal_of(0, 0, Stage.UPDATE, CLIENTS[0], SALT, content_hash(Stage.UPDATE, update_of(CLIENTS[0])))
    play.do(CLIENTS[3], commit(play, copied))
    noop(play, CLIENTS[0], play.reveal_call(update_of(CLIENTS[0])), refused.WrongPhase)
    play.until(Phase.REVEAL_UPDATES)
    noop(play, CLIENTS[0], play.reveal_call(update_of(CLIENTS[1])), refused.SealBroken)
    noop(play, CLIENTS[3], play.reveal_call(update_of(CLIENTS[0])), refused.SealBroken)
    salted = call_of(play.rounds.reveal_update, task=0, number=0, update=update_of(CLIENTS[0]), salt=bytes(32))
    noop(play, CLIENTS[0], salted, refused.SealBroken)
    noop(play, KEEPERS[0], play.reveal_call(update_of(CLIENTS[0])), refused.NothingCommitted)
    play.do(CLIENTS[0], play.reveal_call(update_of(CLIENTS[0])))
    noop(play, CLIENTS[0], play.reveal_call(update_of(CLIENTS[0])), refused.AlreadyRevealed)


def test_an_update_has_bytes(play: Play) -> None:
    play.start()
    play.enrol_all()
    empty = Artifact(b"b", Hash(bytes(32)), 0)
    for who in CLIENTS:
        play.commit(who, Stage.UPDATE, empty)
    play.until(Phase.REVEAL_UPDATES)
    noop(play, CLIENTS[0], play.reveal_call(empty), refused.EmptyArtifact)


def test_an_aggregate_excludes_only_clients_who_revealed_and_has_a_model_if_any_is_left(play: Play) -> None:
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates(), silent=[CLIENTS[0]])
    first, *others = play.drawn.aggregators
    contents = [
        (Aggregate(MODEL, (CLIENTS[0],)), refused.UnknownClient),
        (Aggregate(MODEL, (CLIENTS[2], CLIENTS[1])), refused.UnknownClient),
        (Aggregate(None, (CLIENTS[1],)), refused.EmptyArtifact),
        (Aggregate(MODEL, CLIENTS[1:]), refused.EmptyArtifact),
        (Aggregate(Artifact(b"b", MODEL.root, 0), ()), refused.EmptyArtifact),
        (Aggregate(MODEL, (), Artifact(b"b", MODEL.root, 0)), refused.EmptyArtifact),
        (Aggregate(None, CLIENTS[1:], MODEL), refused.EmptyArtifact),
    ]
    for who in (first, *others):
        play.commit(who, Stage.AGGREGATE, contents[0][0])
    play.until(Phase.REVEAL_AGGREGATES)
    for content, error in contents:
        noop(play, first, play.reveal_call(content), error)


def test_an_evaluation_judges_exactly_the_clients_of_the_aggregate(play: Play) -> None:
    play.to_judgement()
    validator = play.drawn.validators[0]
    for who in play.drawn.validators:
        play.commit(who, Stage.EVALUATION, play.judged(1, 1, 1, 1))
    play.until(Phase.REVEAL_EVALUATIONS)
    scores = tuple(ClientScore(who, 1, 1) for who in CLIENTS)
    for clients in (scores[:3], scores[::-1], (*scores[:3], ClientScore(OWNER, 1, 1))):
        noop(play, validator, play.reveal_call(Judged(0, 1, 0, clients)), refused.UnknownClient)


# The test set


def reveal(play: Play, artifact: Artifact, salt: bytes = SALT) -> RuntimeCall:
    return call_of(play.rounds.reveal_test_set, task=0, number=play.number, test_set=artifact, salt=salt)


def to_test_set(play: Play) -> None:
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    play.vote(Stage.AGGREGATE, play.aggregates())


def test_the_owner_alone_opens_the_commitment_to_the_test_set(play: Play) -> None:
    play.start()
    noop(play, OWNER, reveal(play, held_out(0)), refused.WrongPhase)
    play.until(Phase.ENDED)
    to_test_set(play)
    noop(play, CLIENTS[0], reveal(play, held_out(0)), refused.NotOwner)
    noop(play, OWNER, reveal(play, held_out(1)), refused.SealBroken)
    noop(play, OWNER, reveal(play, held_out(0), bytes(32)), refused.SealBroken)
    noop(play, OWNER, reveal(play, replace(held_out(0), size=0)), refused.EmptyArtifact)
    play.do(OWNER, reveal(play, held_out(0)))
    noop(play, OWNER, reveal(play, held_out(0)), refused.AlreadyRevealed)


def test_a_test_set_serves_one_round(play: Play) -> None:
    other_salt = bytes(32)
    again = (commitment_of(other_salt, held_out(0).root),)
    bare = Play(play.runtime, test_sets=1)
    assert bare.task == 1
    play.do(OWNER, call_of(play.rounds.close_task, task=0))
    play.task = bare.task
    play.do(OWNER, call_of(play.rounds.commit_test_sets, task=1, commitments=again))
    play.to_judgement()
    play.until(Phase.ENDED)
    to_test_set(play)
    call = call_of(play.rounds.reveal_test_set, task=1, number=1, test_set=held_out(0), salt=other_salt)
    noop(play, OWNER, call, refused.TestSetReused)


# Root


def test_only_root_changes_the_reward_threshold(play: Play) -> None:
    change = call_of(play.rounds.set_reward_threshold, threshold=50_000)
    noop(play, OWNER, change, BadOrigin)
    noop(play, ROOT, call_of(play.rounds.set_reward_threshold, threshold=1_000_001), refused.ThresholdTooLarge)
    assert_ok(play.runtime, ROOT, change)
    assert events_of(play.runtime, RewardThresholdChanged) == [RewardThresholdChanged(1_000, 50_000)]


def test_a_live_round_keeps_the_threshold_that_it_began_with(play: Play) -> None:
    play.start()
    assert_ok(play.runtime, ROOT, call_of(play.rounds.set_reward_threshold, threshold=50_000))
    assert play.round.threshold == 1_000
    play.until(Phase.ENDED)
    play.start()
    assert play.round.threshold == 50_000


def test_a_tasks_own_threshold_goes_before_the_chains() -> None:
    play = Play(new_runtime(), replace(TERMS, reward_threshold=7))
    play.start()
    assert play.round.threshold == 7


def test_a_wrong_model_artifact_in_the_settings_changes_nothing_on_chain() -> None:
    play = Play(new_runtime(), replace(TERMS, settings=artifact_of(b"no settings at all")))
    play.to_judgement()
    assert play.round.phase is Phase.COMMIT_EVALUATIONS
