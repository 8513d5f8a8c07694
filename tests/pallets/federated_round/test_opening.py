"""What needs no seal is stated at once: by whom, until when, and what comes of it is what would come of seals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId, Hash
from chain.scale import codec_of
from pallets.federated_round import Aggregate, Outcome, Phase, Reason, Role, Seats, Settlement, Stage, Terms, opening
from pallets.federated_round import errors as refused
from pallets.federated_round.events import Agreed, Committed, PhaseBegan, Revealed
from pallets.federated_round.opening import asks_for_seals
from pallets.federated_round.sealed import UNSEALED, Content, content_hash
from pallets.federated_round.secrecy.choice import Grouped
from pallets.federated_round.terms import check_terms
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from pallets.ml_registry import LINEAR_AVERAGING, artifact_of
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, MODEL, SALT, TERMS, Play, new_runtime, update_of
from tests.pallets.federated_round.secrecy.hidden_play import EXACT, FULL
from tests.pallets.federated_round.shapes.shaped_play import BUFFERED, GROUPED, IN_TURNS, group_of, groups_of, play_of

ALONE: Final = replace(TERMS, seats=replace(TERMS.seats, aggregators=1, validators=1))
SHOWN: Final = replace(TERMS, unsealed_updates=True)
AT_ONCE: Final = replace(ALONE, unsealed_updates=True)
LAST: Final = CLIENTS[-1]


class Heard(Play):
    """A play that keeps the events of all its blocks."""

    def __init__(self, terms: Terms) -> None:
        self.past = list[PalletEvent]()
        super().__init__(new_runtime(), terms)

    def wait(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            self.past += events_of(self.runtime, PalletEvent)
            super().wait()

    def heard(self) -> list[PalletEvent]:
        """All events up to now."""
        return [*self.past, *events_of(self.runtime, PalletEvent)]


def to_updates(terms: Terms) -> Heard:
    """A round that asks for updates."""
    play = Heard(terms)
    play.start()
    play.enrol_all()
    return play


def noop(play: Play, who: AccountId, call: RuntimeCall, error: type[DispatchError]) -> None:
    assert_noop(play.runtime, Signed(who), call, error)


# Which stages have seals


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (TERMS, [Phase.COMMIT_UPDATES, Phase.COMMIT_AGGREGATES, Phase.COMMIT_EVALUATIONS]),
        (SHOWN, [Phase.REVEAL_UPDATES, Phase.COMMIT_AGGREGATES, Phase.COMMIT_EVALUATIONS]),
        (ALONE, [Phase.COMMIT_UPDATES, Phase.REVEAL_AGGREGATES, Phase.REVEAL_EVALUATIONS]),
        (AT_ONCE, [Phase.REVEAL_UPDATES, Phase.REVEAL_AGGREGATES, Phase.REVEAL_EVALUATIONS]),
    ],
)
def test_who_is_alone_and_clients_of_a_task_that_waives_seals_are_asked_at_once(
    terms: Terms, expected: list[Phase]
) -> None:
    play = to_updates(terms)
    asked = [play.round.phase]
    play.vote(Stage.UPDATE, play.updates())
    asked.append(play.round.phase)
    play.vote(Stage.AGGREGATE, play.aggregates())
    play.disclose()
    play.until(Phase.COMMIT_EVALUATIONS, Phase.REVEAL_EVALUATIONS)
    asked.append(play.round.phase)
    assert asked == expected
    play.vote(Stage.EVALUATION, play.evaluations(play.judged(1, 1, 1, 1)))
    assert play.round.outcome is Outcome.PUBLISHED


def test_it_is_the_draw_that_tells_who_is_alone() -> None:
    play = Play(new_runtime(), TERMS)
    play.start()
    for who in CLIENTS[:2]:
        play.enrol(who, data=True)
    play.enrol(KEEPERS[0], duties=True)
    play.until(Phase.COMMIT_UPDATES)
    # three seats each, and one account to take them
    assert play.drawn.aggregators == play.drawn.validators == (KEEPERS[0],)
    play.vote(Stage.UPDATE, play.updates())
    assert (play.round.phase, play.round.expected) == (Phase.REVEAL_AGGREGATES, 1)


def test_groups_of_one_aggregator_each_state_what_they_joined_and_larger_ones_seal_it() -> None:
    for aggregators, phase in ((2, Phase.REVEAL_GROUPS), (3, Phase.COMMIT_GROUPS), (4, Phase.COMMIT_GROUPS)):
        play = play_of(replace(GROUPED, seats=replace(GROUPED.seats, aggregators=aggregators)))
        play.start()
        play.enrol_all()
        play.vote(Stage.UPDATE, play.updates())
        assert (play.round.phase, play.round.expected) == (phase, aggregators)


def test_an_aggregator_of_a_group_states_its_own_groups_result_alone() -> None:
    play = play_of(replace(GROUPED, seats=replace(GROUPED.seats, aggregators=2)))
    play.start()
    play.enrol_all()
    play.vote(Stage.UPDATE, play.updates())

    def stated(aggregate: Aggregate, basis: bytes) -> RuntimeCall:
        return call_of(play.rounds.reveal_group, task=0, number=0, aggregate=aggregate, salt=basis)

    basis, (one, other) = play.basis(Stage.GROUP), groups_of(play).items()
    noop(play, CLIENTS[0], stated(one[1], basis), refused.NotDrawn)
    noop(play, one[0], stated(one[1], SALT), refused.BasisDiffers)
    for who, group in (one, other):
        play.do(who, stated(group, basis))
        noop(play, who, stated(group, basis), refused.AlreadyRevealed)
    play.wait()
    assert play.rounds.groups_of_round(0, 0) == {0: group_of(0), 1: group_of(1)}
    assert play.round.phase is Phase.COMMIT_AGGREGATES


def test_a_client_whose_turn_it_is_seals_nothing() -> None:
    play = play_of(IN_TURNS)
    play.start()
    play.enrol_all()
    assert (play.round.phase, play.round.expected) == (Phase.REVEAL_UPDATES, 1)
    play.vote(Stage.UPDATE, play.updates())
    assert play.round.phase is Phase.COMMIT_AGGREGATES


def test_updates_for_a_buffer_of_one_are_sealed_as_others() -> None:
    play = play_of(replace(BUFFERED, seats=Seats(1, 1, 1, 1)))
    play.start()
    for who in KEEPERS:
        play.enrol(who, duties=True)
    play.until(Phase.COMMIT_UPDATES)
    assert asks_for_seals(play.rounds, (0, 0), Stage.UPDATE, play.rounds.task(0).terms)


@pytest.mark.parametrize(
    "terms",
    [
        replace(BUFFERED, unsealed_updates=True),
        replace(SHOWN, secrecy=FULL),
        replace(SHOWN, secrecy=Grouped(2, 2, EXACT), seats=replace(TERMS.seats, minimum_clients=4)),
    ],
    ids=["buffered", "full", "grouped"],
)
def test_updates_that_are_hidden_or_buffered_cannot_go_unsealed(terms: Terms) -> None:
    with pytest.raises(refused.UnsealedUnsuited):
        check_terms(terms, LINEAR_AVERAGING, 1_000)


def test_that_seals_are_waived_is_the_last_byte_of_terms_and_not_the_default() -> None:
    assert codec_of(Terms).encode(SHOWN) == codec_of(Terms).encode(TERMS)[:-1] + b"\x01"
    assert not TERMS.unsealed_updates


# What is stated


def test_a_statement_is_on_chain_as_what_was_revealed_is() -> None:
    play = to_updates(SHOWN)
    who, update = CLIENTS[0], update_of(CLIENTS[0])
    play.do(who, play.reveal_call(update, play.basis(Stage.UPDATE)))
    content = content_hash(Stage.UPDATE, update)
    ballot = play.rounds.ballots.get((0, 0, Stage.UPDATE, who))
    assert ballot is not None
    assert (ballot.seal, ballot.revealed) == (UNSEALED, content)
    assert play.rounds.updates.get((0, 0, who)) == update
    assert play.rounds.revealed(0, 0, Stage.UPDATE) == {who: content}
    assert events_of(play.runtime, Revealed)[-1] == Revealed(0, 0, Stage.UPDATE, who, content)
    assert (play.round.acted, play.round.expected) == (1, 4)


def test_every_refusal_of_a_statement_leaves_no_trace() -> None:
    play = to_updates(AT_ONCE)
    basis, update = play.basis(Stage.UPDATE), update_of(CLIENTS[0])
    seal = call_of(play.rounds.commit, task=0, number=0, stage=Stage.UPDATE, seal=Hash(SALT))
    noop(play, CLIENTS[0], seal, refused.WrongPhase)  # nothing is sealed
    noop(play, KEEPERS[0], play.reveal_call(update, basis), refused.NotDrawn)
    noop(play, CLIENTS[0], play.reveal_call(update, SALT), refused.BasisDiffers)
    noop(play, CLIENTS[0], play.reveal_call(replace(update, size=0), basis), refused.EmptyArtifact)
    play.do(CLIENTS[0], play.reveal_call(update, basis))
    noop(play, CLIENTS[0], play.reveal_call(artifact_of(b"second thoughts"), basis), refused.AlreadyRevealed)
    for who in CLIENTS[1:]:
        play.do(who, play.reveal_call(update_of(who), basis))
    play.wait()
    basis, (aggregator,) = play.basis(Stage.AGGREGATE), play.drawn.aggregators
    noop(play, LAST, play.reveal_call(update_of(LAST), basis), refused.WrongPhase)  # too late
    noop(play, LAST, play.reveal_call(Aggregate(MODEL, ()), basis), refused.NotDrawn)
    noop(play, aggregator, play.reveal_call(Aggregate(MODEL, ()), SALT), refused.BasisDiffers)
    noop(play, aggregator, play.reveal_call(Aggregate(MODEL, KEEPERS[:1]), basis), refused.UnknownClient)
    play.vote(Stage.AGGREGATE, play.aggregates())
    play.disclose()
    basis, (validator,) = play.basis(Stage.EVALUATION), play.drawn.validators
    judged = play.judged(1, 1, 1, 1)
    noop(play, aggregator, play.reveal_call(judged, basis), refused.NotDrawn)
    noop(play, validator, play.reveal_call(judged, play.basis(Stage.AGGREGATE)), refused.BasisDiffers)
    noop(play, validator, play.reveal_call(replace(judged, clients=()), basis), refused.UnknownClient)
    play.vote(Stage.EVALUATION, play.evaluations(judged))
    noop(play, validator, play.reveal_call(judged, basis), refused.WrongRound)


def test_where_there_are_seals_nobody_states_what_it_has_not_sealed() -> None:
    play = to_updates(TERMS)
    for who in CLIENTS[:-1]:
        play.commit(who, Stage.UPDATE, update_of(who))
    play.until(Phase.REVEAL_UPDATES)
    noop(play, LAST, play.reveal_call(update_of(LAST), play.basis(Stage.UPDATE)), refused.NothingCommitted)


def test_what_was_made_on_another_fork_is_refused_there_and_can_be_stated_anew() -> None:
    play = to_updates(AT_ONCE)
    basis, calls = play.basis(Stage.UPDATE), {}
    for who in CLIENTS[:-1]:
        play.do(who, play.reveal_call(update_of(who), basis))
    for branch, clients in (("ours", CLIENTS), ("theirs", CLIENTS[:-1])):
        play.runtime.storage.begin()
        if branch == "ours":
            play.do(LAST, play.reveal_call(update_of(LAST), basis))
        play.until(Phase.REVEAL_AGGREGATES)
        assert tuple(play.rounds.revealed(0, 0, Stage.UPDATE)) == clients
        (who,) = play.drawn.aggregators
        calls[branch] = play.reveal_call(Aggregate(MODEL, ()), play.basis(Stage.AGGREGATE))
        if branch == "theirs":
            # the same content would pass: nobody would see that it is not of these updates
            noop(play, who, calls["ours"], refused.BasisDiffers)
        play.do(who, calls[branch])
        play.runtime.storage.rollback()


@pytest.mark.parametrize(
    ("stage", "blocks"),
    [
        (Stage.UPDATE, TERMS.schedule.train),
        (Stage.AGGREGATE, TERMS.schedule.aggregate),
        (Stage.EVALUATION, TERMS.schedule.evaluate),
    ],
    ids=lambda value: value.name if isinstance(value, Stage) else None,
)
def test_a_statement_has_as_many_blocks_as_sealing_had_and_the_last_of_them_is_in_time(
    stage: Stage, blocks: int
) -> None:
    play = to_updates(AT_ONCE)
    if stage is not Stage.UPDATE:
        play.vote(Stage.UPDATE, play.updates())
    if stage is Stage.EVALUATION:
        play.vote(Stage.AGGREGATE, play.aggregates())
        play.disclose()
    assert play.round.phase is stage.reveal_phase
    assert play.round.deadline - play.round.since == blocks
    content: dict[Stage, Content] = {Stage.UPDATE: update_of(LAST), Stage.AGGREGATE: Aggregate(MODEL, ())}
    if stage is Stage.EVALUATION:
        content[stage] = play.judged(1, 1, 1, 1)
    holder = LAST if stage is Stage.UPDATE else play.drawn.holders(stage.role)[0]
    call = play.reveal_call(content[stage], play.basis(stage))
    play.wait(play.round.deadline - 1 - play.rounds.block_number())
    play.runtime.storage.begin()
    play.do(holder, call)
    play.runtime.storage.rollback()
    play.wait()
    assert play.round.outcome is not None
    noop(play, holder, call, refused.WrongRound)


def test_who_is_alone_and_states_nothing_is_absent_as_with_seals() -> None:
    play = to_updates(AT_ONCE)
    play.vote(Stage.UPDATE, play.updates(), silent=[LAST])
    play.until(Phase.ENDED)
    assert play.round.outcome is Outcome.NO_AGGREGATE
    settled = {(each.account, each.role): each for each in play.rounds.settlements.get((0, 0)) or ()}
    assert settled[LAST, Role.CLIENT].reason is Reason.ABSENT
    (aggregator,), (validator,) = play.drawn.aggregators, play.drawn.validators
    assert settled[aggregator, Role.AGGREGATOR].reason is Reason.ABSENT
    assert settled[aggregator, Role.AGGREGATOR].slashed == settled[LAST, Role.CLIENT].slashed == 1_000
    assert settled[validator, Role.VALIDATOR].reason is Reason.NOT_NEEDED


# The same course with seals and without


ON_TIME, ABSENT, LATE, RUBBISH = range(4)
ways = st.sampled_from([ON_TIME, ON_TIME, ON_TIME, ABSENT, LATE, RUBBISH])


@contextmanager
def sealed_throughout() -> Iterator[None]:
    """Every stage has seals, as if none could go without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "is_sealed", lambda _stage, _peers, _terms: True)
        yield


def played(clients: list[int], aggregator: int, validator: int) -> Heard:
    """A round whose participants act so: on time, never, after the deadline, or with rubbish."""
    play = to_updates(AT_ONCE)
    act(play, Stage.UPDATE, dict(zip(CLIENTS, clients, strict=True)), play.updates())
    if play.round.outcome is None:
        there = play.rounds.revealed(0, 0, Stage.UPDATE)
        rubbish = tuple(who for who, way in zip(CLIENTS, clients, strict=True) if way == RUBBISH and who in there)
        joined: Content = Aggregate(None if len(rubbish) == len(there) else MODEL, rubbish)
        (who,) = play.drawn.aggregators
        act(play, Stage.AGGREGATE, {who: aggregator}, {who: joined})
    if play.round.outcome is None:
        play.disclose()
        found = play.evaluations(play.judged(*[3, 2, 1, -1][: len(play.rounds.joined_clients(0, 0))]))
        act(play, Stage.EVALUATION, dict.fromkeys(found, validator), found)
    play.until(Phase.ENDED)
    play.runtime.try_state()
    return play


def act(play: Play, stage: Stage, acting: dict[AccountId, int], contents: dict[AccountId, Content]) -> None:
    """Everybody acts as it is said of them; who is late finds that it is."""
    timely = {who: contents[who] for who, way in acting.items() if way in {ON_TIME, RUBBISH}}
    late = [who for who, way in acting.items() if way == LATE]
    if play.round.phase is stage.commit_phase:
        for who, content in timely.items():
            play.commit(who, stage, content)
        play.until(stage.reveal_phase)
        salt: bytes = SALT
    else:
        salt = play.basis(stage)
    calls = {who: play.reveal_call(content, salt) for who, content in contents.items()}
    for who in timely:
        play.do(who, calls[who])
    while play.round.phase is stage.reveal_phase:
        play.wait()
    for who in late:
        noop(play, who, calls[who], refused.WrongRound if play.round.outcome is not None else refused.WrongPhase)


def settled(play: Play) -> tuple[Settlement, ...]:
    return play.rounds.settlements.get((0, 0)) or ()


def told(play: Heard) -> list[PalletEvent]:
    """The events of a round, but those of seals and of when phases began."""
    return [each for each in play.heard() if not isinstance(each, Committed | PhaseBegan)]


@settings(max_examples=25, deadline=None)
@given(clients=st.lists(ways, min_size=4, max_size=4), aggregator=ways, validator=ways)
def test_whoever_acts_is_late_or_absent_the_round_settles_as_with_seals(
    clients: list[int], aggregator: int, validator: int
) -> None:
    at_once = played(clients, aggregator, validator)
    with sealed_throughout():
        sealed = played(clients, aggregator, validator)
    assert settled(at_once) == settled(sealed)
    assert at_once.round.outcome is sealed.round.outcome
    assert at_once.round.version == sealed.round.version
    for items in ("updates", "aggregates", "evaluations", "agreed_aggregate", "agreed_evaluation", "settlements"):
        assert dict(getattr(at_once.rounds, items).iter()) == dict(getattr(sealed.rounds, items).iter())
    for who in (*CLIENTS, *KEEPERS):
        found = [
            (play.runtime.staking.bonded(who), play.runtime.staking.reputation.get(who)) for play in (at_once, sealed)
        ]
        assert found[0] == found[1]
    assert told(at_once) == told(sealed)


def test_a_round_without_seals_takes_three_phases_and_six_transactions_less() -> None:
    at_once = played([ON_TIME] * 4, ON_TIME, ON_TIME)
    with sealed_throughout():
        sealed = played([ON_TIME] * 4, ON_TIME, ON_TIME)
    counts = [
        Counter(type(each) for each in play.heard() if isinstance(each, PhaseBegan | Committed | Revealed | Agreed))
        for play in (at_once, sealed)
    ]
    assert counts[0] == {PhaseBegan: 6, Revealed: 6, Agreed: 2}
    assert counts[1] == {PhaseBegan: 9, Committed: 6, Revealed: 6, Agreed: 2}
    assert at_once.rounds.block_number() == sealed.rounds.block_number() - 3
