"""Whoever tells the truth wins, whatever the other side does, and loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets.disputes.replay import Bent, Replay, next_move
from pallets.disputes.storage import moves_of
from pallets.disputes.trace import Trace, leaf_of, root_from
from pallets.disputes.types import LEVELS_A_MOVE, Stage
from pallets.frame.call import RuntimeCall, call_of
from pallets.ml_registry.artifact import Artifact
from tests.effort import EFFORT
from tests.pallets.disputes.mock import ALICE, BOB, BOND, CAROL, ENDOWMENT, STAKE, WINDOW, Argument, new_runtime
from tests.pallets.disputes.toy import Toy, ToyReplay


@st.composite
def toys(draw: st.DrawFn) -> Toy:
    depths = tuple(draw(st.lists(st.integers(0, 5), min_size=1, max_size=3)))
    seed = draw(st.binary(max_size=4))
    if draw(st.booleans()):
        return Toy(depths, draw(st.integers(1, 1 << sum(depths))), seed)
    spans = [1]
    for depth in depths[:0:-1]:  # fewer steps than a trace has places
        spans.append(spans[-1] * draw(st.integers(1, 1 << depth)))
    return Toy(depths, draw(st.integers(1, spans[-1] << depths[0])), seed, tuple(reversed(spans)))


class Hollow:
    """A root with nothing below it but the path of its last leaf."""

    def __init__(self, end: Hash, depths: Sequence[int]) -> None:
        self._end, self._depths = end, depths

    def root_and_path(self, level: int) -> tuple[Hash, tuple[Hash, ...]]:
        depth = self._depths[level]
        path = tuple(Hash(blake2_256(b"hollow %d" % number)) for number in range(depth))
        return root_from(self._end, (1 << depth) - 1, path), path


@st.composite
def lies(draw: st.DrawFn, toy: Toy) -> tuple[Artifact | None, Replay]:
    """A false result, and a trace that ends in it."""
    kind = draw(st.integers(0, 3))
    if kind == 0:  # another computation
        other = ToyReplay(replace(toy, seed=toy.seed + b"!"))
        return other.result, other
    result = None if kind == 1 else Artifact(b"", Hash(blake2_256(b"lie")), toy.length)
    share, true = draw(st.floats(0, 1, exclude_max=True)), ToyReplay(toy)
    if kind == 2:  # true states in wrong places: large steps that end too early, or go on behind their ends
        spans = draw(st.tuples(*[st.integers(1, toy.span(level) + 2) for level in range(len(toy.depths))]))
        true = ToyReplay(replace(toy, spans=spans))
    return result, Bent(true, leaf_of(toy.end(result)), share)


def nonsense(argument: Argument, honest: Replay, some: Hash) -> list[RuntimeCall]:
    """Moves that lead nowhere: wrong hashes, wrong lengths, the opponent's, those of another stage."""
    pallet, number, dispute = argument.pallet, argument.number, argument.dispute
    trace = honest.trace(dispute.above)
    levels = min(LEVELS_A_MOVE, dispute.height)
    nodes = trace.below(dispute.height, dispute.place, levels)
    state, witness = honest.step((*dispute.above, *([0] * (len(dispute.depths) - len(dispute.above)))))
    return [
        call_of(pallet.commit, claim=number, root=some, path=trace.last_path),
        call_of(pallet.commit, claim=number, root=trace.root, path=trace.last_path[1:]),
        call_of(pallet.descend, claim=number, nodes=(some,) * len(nodes)),
        call_of(pallet.descend, claim=number, nodes=nodes[:-1]),
        call_of(pallet.prove, claim=number, state=b"", path=(), witness=witness),
        call_of(pallet.prove, claim=number, state=state, path=(some,), witness=witness),
        call_of(pallet.prove, claim=number, state=state, path=(), witness=b"another"),
        call_of(pallet.conclude, claim=number),
    ]


@settings(max_examples=50 * EFFORT, deadline=None)
@given(st.data())
def test_the_honest_side_wins_against_any_liar(data: st.DataObject) -> None:
    toy = data.draw(toys())
    truth = ToyReplay(toy)
    false, liar = data.draw(lies(toy))
    argument = Argument(new_runtime(), toy)
    honest_challenges = data.draw(st.booleans())
    if honest_challenges:
        argument.claimed(ALICE, false)
        argument.challenge(BOB, truth.result)
        honest_one, liar_one = BOB, ALICE
    else:
        argument.claimed(BOB, truth.result)
        argument.challenge(ALICE, false)
        honest_one, liar_one = BOB, ALICE
    patience = data.draw(st.integers(0, 12))  # moves after which the liar is silent
    blocks = 0
    while argument.is_running:
        if data.draw(st.booleans()) and argument.dispute.stage is not Stage.PROVE:
            for call in nonsense(argument, truth, Hash(data.draw(st.binary(min_size=32, max_size=32)))):
                assert argument.tried(liar_one, call) is not None
        if data.draw(st.booleans()):
            argument.move(honest_one, truth)
        if patience and argument.is_running and argument.move(liar_one, liar):
            patience -= 1
        if argument.is_running:
            argument.move(honest_one, truth)
        argument.wait()
        blocks += 1
        if argument.is_running and argument.pallet.block_number() >= argument.dispute.deadline:
            argument.conclude()
    assert blocks <= moves_of(toy.depths) * argument.pallet.config.patience + len(toy.depths)
    assert argument.claim.result == truth.result
    assert argument.claim.holder == honest_one
    assert argument.claim.losers == (liar_one,)
    assert (argument.held(honest_one), argument.held(liar_one)) == (BOND, 0)
    argument.wait(WINDOW)
    argument.conclude()
    assert argument.free(honest_one) == ENDOWMENT - STAKE + BOND // 2
    assert argument.free(liar_one) == ENDOWMENT - STAKE - BOND


@settings(max_examples=20 * EFFORT, deadline=None)
@given(toys(), st.data())
def test_nothing_false_stands_where_an_honest_account_watches(toy: Toy, data: st.DataObject) -> None:
    """An accomplice among the defenders stands up for the truth only to lose, and liars challenge as they can."""
    truth, lie = ToyReplay(toy), ToyReplay(replace(toy, seed=toy.seed + b"!"))
    argument = Argument(new_runtime(), toy)
    argument.agreed(truth.result, CAROL)
    argument.challenge(ALICE, lie.result)
    fumbled = Bent(lie, leaf_of(toy.end(truth.result)), data.draw(st.floats(0, 1, exclude_max=True)))
    sides: list[tuple[AccountId, Replay]] = [(CAROL, fumbled), (ALICE, lie)]
    argument.play(*data.draw(st.permutations(sides)))
    argument.runtime.try_state()
    if argument.pallet.claims.get(0) is None:
        return  # nobody was left to stand up for it
    claim = argument.claim
    if claim.result != truth.result:
        argument.challenge(BOB, truth.result)
        argument.play((BOB, truth), (ALICE, lie))
        assert argument.claim.holder == BOB
    argument.wait(WINDOW)
    verdict = argument.verdict()
    assert verdict is not None
    assert verdict.result in {truth.result, None}
    assert verdict.stands or claim.holder is None
    argument.runtime.try_state()


def test_a_root_with_nothing_below_it_is_found_out() -> None:
    toy = Toy((6, 5), 1 << 11, b"")
    truth = ToyReplay(toy)
    false = Artifact(b"", Hash(bytes(32)), toy.length)
    argument = Argument(new_runtime(), toy)
    argument.claimed(ALICE, false)
    argument.challenge(BOB, truth.result)
    root, path = Hollow(leaf_of(toy.end(false)), toy.depths).root_and_path(0)
    argument.do(ALICE, call_of(argument.pallet.commit, claim=0, root=root, path=path))
    argument.play((BOB, truth))
    assert argument.claim.result == truth.result


def test_nothing_of_an_earlier_dispute_helps_in_a_later_one() -> None:
    toy = Toy((6,), 50, b"")
    truth = ToyReplay(toy)
    lie = Bent(truth, leaf_of(toy.end(None)), 0.3)
    argument = Argument(new_runtime(), toy)
    argument.claimed(BOB, truth.result)
    replayed: list[tuple[AccountId, RuntimeCall]] = []
    argument.challenge(ALICE, None)
    while argument.is_running:
        for who, replay in ((ALICE, lie), (BOB, truth)):
            move = next_move(argument.pallet, argument.number, who, replay)
            if move is not None:
                argument.do(who, move)
                replayed.append((who, move))
    assert argument.claim.losers == (ALICE,)
    argument.challenge(CAROL, None)
    for who, move in replayed:
        if who == ALICE:
            assert argument.tried(ALICE, move) is not None
            assert argument.tried(CAROL, move) is not None or argument.dispute.stage is not Stage.PROVE
    argument.play((BOB, truth), (CAROL, Bent(truth, leaf_of(toy.end(None)), 0.9)))
    assert set(argument.claim.losers) == {ALICE, CAROL}
    assert argument.claim.result == truth.result


def test_a_trace_has_no_length_to_lie_about() -> None:
    """Who stops early says the same from there on, and who goes on changes a state that cannot change."""
    toy = Toy((5,), 20, b"")
    truth = ToyReplay(toy)
    early = Trace([leaf_of(truth.state(number)) for number in range(1, 11)] + [leaf_of(toy.end(None))], 5)
    late = Trace([leaf_of(truth.state(number)) for number in range(1, 21)] + [leaf_of(toy.end(None))] * 3, 5)

    class Said:
        def __init__(self, trace: Trace) -> None:
            self._trace = trace

        def trace(self, above: Sequence[int]) -> Trace:
            return self._trace

        def step(self, places: Sequence[int]) -> tuple[bytes, bytes]:
            return truth.step(places)

    for said in (early, late):
        argument = Argument(new_runtime(), toy)
        argument.claimed(ALICE, None)
        argument.challenge(BOB, truth.result)
        argument.play((ALICE, Said(said)), (BOB, truth))
        assert argument.claim.result == truth.result


@pytest.mark.parametrize("longer", [(4, 1, 1), (6, 3, 1), (7, 2, 1), (9, 4, 1)])
def test_a_large_step_does_not_go_on_behind_its_end(longer: tuple[int, ...]) -> None:
    """A liar whose states are true, but taken further than where a large step ends, is no better than another."""
    toy = Toy((3, 2, 2), 30, b"", (6, 3, 1))
    truth = ToyReplay(toy)
    lie = Bent(ToyReplay(replace(toy, spans=longer)), leaf_of(toy.end(None)), 0.99)
    argument = Argument(new_runtime(), toy)
    argument.claimed(ALICE, None)
    argument.challenge(BOB, truth.result)
    argument.play((ALICE, lie), (BOB, truth))
    assert argument.claim.result == truth.result
    assert argument.claim.losers == (ALICE,)


def test_a_liar_whose_trace_is_short_can_be_asked_for_what_lies_behind_its_end() -> None:
    """Where its last state is the true one of an earlier place, the dispute goes on in a part that it never stated."""
    toy = Toy((1, 1, 1), 3, b"", (4, 2, 1))
    truth = ToyReplay(toy)
    lie = Bent(ToyReplay(replace(toy, spans=(1, 1, 1))), leaf_of(toy.end(None)), 0.5)
    for place in ((), (0,), (0, 1), (1, 1)):
        assert lie.trace(place).stated <= 2
    argument = Argument(new_runtime(), toy)
    argument.claimed(ALICE, None)
    argument.challenge(BOB, truth.result)
    argument.play((ALICE, lie), (BOB, truth))
    assert argument.claim.losers == (ALICE,)
