"""Whole rounds by direct calls: who is paid and slashed, and why, when all goes well and when it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId, Hash
from pallets.federated_round import Aggregate, Outcome, Phase, Reason, Role, Settlement, Stage, Unusable
from pallets.federated_round.sealed import commitment_of
from pallets.federated_round.types import ServerState
from pallets.federated_round.worth import SampledShapley, judging_seed
from pallets.frame.call import call_of
from pallets.ml_registry import Artifact, Contributor, artifact_of
from tests.pallets.federated_round.mock import CLIENTS, MODEL, OWNER, SALT, STAKE, TERMS, Play, held_out, new_runtime

SAMPLED = replace(TERMS, worth=SampledShapley(orders=8, tolerance=0))
SHARE = TERMS.round_reward * 70 // 100
FAULT, ABSENCE = STAKE // 2, STAKE // 10


@pytest.fixture
def play() -> Play:
    return Play(new_runtime())


def settlements(play: Play, role: Role) -> dict[AccountId, tuple[Reason, int, int]]:
    found: tuple[Settlement, ...] = play.rounds.settlements.get((play.task, play.number)) or ()
    return {each.account: (each.reason, each.paid, each.slashed) for each in found if each.role is role}


def keepers(play: Play, role: Role) -> set[tuple[Reason, int, int]]:
    return set(settlements(play, role).values())


def test_a_good_round_publishes_the_version_and_pays_by_contribution(play: Play) -> None:
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(300_000, 100_000, 0, -1)))
    assert play.round.outcome is Outcome.PUBLISHED
    assert settlements(play, Role.CLIENT) == {
        CLIENTS[0]: (Reason.CONTRIBUTED, SHARE * 3 // 4, 0),
        CLIENTS[1]: (Reason.CONTRIBUTED, SHARE // 4, 0),
        CLIENTS[2]: (Reason.NO_GAIN, 0, 0),
        CLIENTS[3]: (Reason.HARMFUL, 0, FAULT),
    }
    assert sorted(settlements(play, Role.AGGREGATOR).values()) == [(Reason.AGREED, paid, 0) for paid in (333, 333, 334)]
    assert sorted(settlements(play, Role.VALIDATOR).values()) == [(Reason.AGREED, paid, 0) for paid in (666, 667, 667)]
    registry = play.runtime.ml_registry
    latest = registry.latest(0)
    assert latest is not None
    assert latest == play.round.version
    version = registry.version(latest)
    assert version.artifact == MODEL
    assert version.metric == 900_000
    assert version.contributors == (Contributor(CLIENTS[0], 750_000), Contributor(CLIENTS[1], 250_000))
    assert play.rounds.task(play.task).pool == 30_000 - SHARE - 1_000 - 2_000


def test_reputation_rises_by_one_and_falls_by_a_third(play: Play) -> None:
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(300_000, 100_000, 0, -1)))
    reputation = play.runtime.staking.reputation
    assert [reputation.get(who) for who in CLIENTS] == [101, 101, 100, 66]
    assert {reputation.get(who) for who in (*play.drawn.aggregators, *play.drawn.validators)} == {101}


def test_slashed_stake_goes_to_the_treasury(play: Play) -> None:
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(300_000, 100_000, 0, -1)))
    assert play.runtime.balances.balance(play.runtime.governance.treasury()) == FAULT
    assert play.runtime.staking.active(CLIENTS[3]) == STAKE - FAULT


def test_the_next_round_starts_from_the_published_version(play: Play) -> None:
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 1, 1)))
    first = play.round.version
    play.to_judgement()
    assert play.round.base == first
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 1, 1)))
    second = play.round.version
    assert second is not None
    assert list(play.runtime.ml_registry.ancestors(second)) == [first]


def test_below_the_threshold_only_the_duties_are_paid(play: Play) -> None:
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(500, 499, 0, -1, after=500_999)))
    assert play.round.outcome is Outcome.BELOW_THRESHOLD
    assert play.runtime.ml_registry.latest(0) is None
    reasons = [reason for reason, _, _ in settlements(play, Role.CLIENT).values()]
    assert reasons == [Reason.BELOW_THRESHOLD] * 3 + [Reason.HARMFUL]
    assert play.rounds.task(play.task).pool == 30_000 - 1_000 - 2_000


def test_the_threshold_itself_is_enough(play: Play) -> None:
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(500, 500, 0, 0, after=501_000)))
    assert play.round.outcome is Outcome.PUBLISHED


def test_a_client_that_never_reveals_is_left_behind_at_the_deadline(play: Play) -> None:
    play.start()
    play.enrol_all()
    lazy = CLIENTS[1]
    play.vote(Stage.UPDATE, play.updates(), silent=[lazy])
    assert play.round.phase is Phase.COMMIT_AGGREGATES
    play.vote(Stage.AGGREGATE, play.aggregates())
    play.disclose()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 2)))
    assert settlements(play, Role.CLIENT)[lazy] == (Reason.ABSENT, 0, ABSENCE)
    assert settlements(play, Role.CLIENT)[CLIENTS[3]] == (Reason.CONTRIBUTED, SHARE // 2, 0)


def test_a_client_that_never_commits_is_left_behind_too(play: Play) -> None:
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, {who: update for who, update in play.updates().items() if who != CLIENTS[0]})
    play.vote(Stage.AGGREGATE, play.aggregates())
    play.disclose()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 2)))
    assert settlements(play, Role.CLIENT)[CLIENTS[0]] == (Reason.ABSENT, 0, ABSENCE)


def test_an_update_that_the_aggregators_refuse_is_a_fault(play: Play) -> None:
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    play.vote(Stage.AGGREGATE, play.aggregates(invalid=(CLIENTS[2],)))
    play.disclose()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 2)))
    assert play.round.outcome is Outcome.PUBLISHED
    assert settlements(play, Role.CLIENT)[CLIENTS[2]] == (Reason.INVALID, 0, FAULT)


def test_a_dissenting_aggregator_is_slashed_and_an_absent_one_a_little(play: Play) -> None:
    terms = TERMS.seats
    assert terms.aggregators == 3
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    dissenter = play.drawn.aggregators[1]
    contents = play.aggregates() | {dissenter: Aggregate(artifact_of(b"another model"), ())}
    play.vote(Stage.AGGREGATE, contents)
    play.disclose()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 1, 1)), silent=[play.drawn.validators[0]])
    assert play.round.outcome is Outcome.PUBLISHED
    assert settlements(play, Role.AGGREGATOR)[dissenter] == (Reason.DISSENTED, 0, FAULT)
    assert sorted(settlements(play, Role.AGGREGATOR).values())[:2] == [(Reason.AGREED, 500, 0)] * 2
    assert settlements(play, Role.VALIDATOR)[play.drawn.validators[0]] == (Reason.ABSENT, 0, ABSENCE)


def test_without_a_majority_of_the_aggregators_the_round_fails_and_keeps_the_pool(play: Play) -> None:
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    models = [artifact_of(b"model %d" % number) for number in range(3)]
    contents = {who: Aggregate(model, ()) for who, model in zip(play.drawn.aggregators, models, strict=True)}
    play.vote(Stage.AGGREGATE, contents)
    assert play.round.outcome is Outcome.NO_AGGREGATE
    assert keepers(play, Role.AGGREGATOR) == {(Reason.NOTHING_AGREED, 0, 0)}
    assert keepers(play, Role.VALIDATOR) == {(Reason.NOT_NEEDED, 0, 0)}
    assert keepers(play, Role.CLIENT) == {(Reason.NOT_NEEDED, 0, 0)}
    assert play.rounds.task(play.task).pool == 30_000


def test_absent_aggregators_fail_the_round_at_its_deadline(play: Play) -> None:
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    play.vote(Stage.AGGREGATE, {})
    assert play.round.outcome is Outcome.NO_AGGREGATE
    assert keepers(play, Role.AGGREGATOR) == {(Reason.ABSENT, 0, ABSENCE)}


def test_an_owner_who_withholds_the_test_set_pays_for_the_work(play: Play) -> None:
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates(), silent=[CLIENTS[0]])
    play.vote(Stage.AGGREGATE, play.aggregates())
    play.until(Phase.ENDED)
    assert play.round.outcome is Outcome.TEST_SET_WITHHELD
    paid = SHARE // 2
    assert settlements(play, Role.CLIENT) == {
        CLIENTS[0]: (Reason.ABSENT, 0, ABSENCE),
        CLIENTS[1]: (Reason.NOT_JUDGED, paid // 3 + 1, 0),
        CLIENTS[2]: (Reason.NOT_JUDGED, paid // 3 + 1, 0),
        CLIENTS[3]: (Reason.NOT_JUDGED, paid // 3, 0),
    }
    assert sum(paid for _, paid, _ in settlements(play, Role.AGGREGATOR).values()) == 1_000
    assert keepers(play, Role.VALIDATOR) == {(Reason.NOT_NEEDED, 0, 0)}
    assert len(play.rounds.task(play.task).test_sets) == 3


def test_a_test_set_that_is_none_is_the_owners_fault_alone(play: Play) -> None:
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(Unusable()))
    assert play.round.outcome is Outcome.TEST_SET_UNUSABLE
    assert {reason for reason, _, _ in settlements(play, Role.CLIENT).values()} == {Reason.NOT_JUDGED}
    assert {reason for reason, _, _ in settlements(play, Role.VALIDATOR).values()} == {Reason.AGREED}


def test_without_a_majority_of_the_validators_the_agreed_work_is_still_paid(play: Play) -> None:
    play.to_judgement()
    first, second, third = play.drawn.validators
    verdicts = {first: play.judged(1, 1, 1, 1), second: play.judged(2, 1, 1, 1), third: play.judged(3, 1, 1, 1)}
    play.vote(Stage.EVALUATION, dict(verdicts))
    assert play.round.outcome is Outcome.NO_VERDICT
    assert sum(paid for _, paid, _ in settlements(play, Role.AGGREGATOR).values()) == 1_000
    assert keepers(play, Role.CLIENT) == {(Reason.NOT_NEEDED, 0, 0)}


def test_a_round_with_too_few_enrolled_ends_without_touching_anybody(play: Play) -> None:
    play.start()
    play.enrol(CLIENTS[0], data=True)
    play.enrol(CLIENTS[1], duties=True)
    play.until(Phase.ENDED)
    assert play.round.outcome is Outcome.TOO_FEW_ENROLLED
    assert play.rounds.settlements.get((play.task, 0)) is None


def test_too_few_updates_end_the_round_and_slash_those_who_are_missing(play: Play) -> None:
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates(), silent=CLIENTS[1:])
    assert play.round.outcome is Outcome.TOO_FEW_UPDATES
    assert settlements(play, Role.CLIENT)[CLIENTS[0]] == (Reason.NOT_NEEDED, 0, 0)
    assert {settlements(play, Role.CLIENT)[who] for who in CLIENTS[1:]} == {(Reason.ABSENT, 0, ABSENCE)}
    assert play.rounds.task(play.task).pool == 30_000


# What the server optimiser remembers, and the seed of sampled contributions


STATE = artifact_of(b"the server's state")


def to_version(play: Play, model: Artifact) -> None:
    """A round whose aggregators remember something, up to its version."""
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    play.vote(Stage.AGGREGATE, dict.fromkeys(play.drawn.aggregators, Aggregate(model, (), STATE)))
    play.disclose()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 1, 1)))


def test_the_servers_state_goes_with_the_version_that_it_was_made_with(play: Play) -> None:
    to_version(play, MODEL)
    assert play.rounds.server_states.get((play.task, 0)) is None
    assert play.rounds.task(play.task).server == ServerState(play.round.version or Hash(bytes(32)), STATE)
    play.start()
    assert play.rounds.server_states.get((play.task, 1)) == STATE


def test_a_base_that_came_from_elsewhere_begins_without_a_state(play: Play) -> None:
    to_version(play, MODEL)
    elsewhere = artifact_of(b"made at home")
    publish = play.runtime.ml_registry.publish_version
    owner = Contributor(OWNER, 1_000_000)
    call = call_of(publish, model=0, artifact=elsewhere, parent=play.round.version, metric=1, contributors=(owner,))
    play.do(OWNER, call)
    play.start()
    assert play.round.base == play.runtime.ml_registry.latest(0)
    assert play.rounds.server_states.get((play.task, 1)) is None


def test_a_round_below_its_threshold_leaves_the_state_as_it_was(play: Play) -> None:
    to_version(play, MODEL)
    kept = play.rounds.task(play.task).server
    play.to_judgement()
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(0, 0, 0, 0, after=500_000)))
    assert play.round.outcome is Outcome.BELOW_THRESHOLD
    assert play.rounds.task(play.task).server == kept


def test_states_are_forgotten_with_their_rounds(play: Play) -> None:
    play.do(OWNER, call_of(play.rounds.top_up, task=play.task, amount=100_000))
    more = tuple(commitment_of(SALT, held_out(number).root) for number in range(3, 6))
    play.do(OWNER, call_of(play.rounds.commit_test_sets, task=play.task, commitments=more))
    to_version(play, MODEL)
    play.start()
    for number in range(2, 5):
        play.until(Phase.ENDED)
        assert play.rounds.server_states.contains_key((play.task, 1)) is (number < 5)
        play.start()
    play.until(Phase.ENDED)
    assert not play.rounds.server_states.contains_key((play.task, 1))


def agree_on_aggregate(play: Play) -> None:
    """A round up to where the owner shall show the test set."""
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())
    play.vote(Stage.AGGREGATE, play.aggregates())


def test_the_seed_of_sampled_contributions_is_of_a_block_after_all_aggregates() -> None:
    play = Play(new_runtime(), SAMPLED)
    agree_on_aggregate(play)
    since, seed = play.round.since, play.round.seed
    assert play.round.judging is None
    play.disclose()
    assert seed is not None
    assert play.round.judging == judging_seed(seed, play.runtime.system.block_hash.get(since))


class Silent:
    """A beacon that has stopped."""

    def after(self, _block: int) -> Hash | None:
        return None


def test_where_nothing_is_sampled_no_seed_is_waited_for(play: Play) -> None:
    agree_on_aggregate(play)
    play.rounds.config = replace(play.rounds.config, beacon=Silent())
    play.disclose()
    assert play.round.phase is Phase.COMMIT_EVALUATIONS
    assert play.round.judging is None


def test_without_randomness_for_a_sample_the_round_ends_at_its_deadline() -> None:
    play = Play(new_runtime(), SAMPLED)
    agree_on_aggregate(play)
    play.rounds.config = replace(play.rounds.config, beacon=Silent())
    play.disclose()
    assert play.round.phase is Phase.REVEAL_TEST_SET
    play.until(Phase.ENDED)
    assert play.round.outcome is Outcome.NO_SEED
    assert {reason for reason, _, _ in settlements(play, Role.CLIENT).values()} == {Reason.NOT_NEEDED}
    assert keepers(play, Role.AGGREGATOR) == {(Reason.AGREED, 333, 0), (Reason.AGREED, 334, 0)}
