"""A dishonest player sends something else, under seals and calls like those of everybody."""

from __future__ import annotations

import numpy as np

from chain.primitives import AccountId
from node_cli.scenario.conduct import Cartel, Conduct, SignFlip
from node_cli.scenario.telling import Run
from pallets.federated_round import Reason
from pallets.federated_round.data import DataSet
from pallets.federated_round.drawing import training_seed
from pallets.federated_round.settings import encode_settings
from pallets.federated_round.strategies import strategy_for
from pallets.learning.attacks import reversed_forest
from pallets.learning.forest_codec import decode_forest
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearKind, LinearModel, decode_linear, encode_linear
from pallets.learning.moves import decode_moves, encode_moves
from pallets.ml_registry import LINEAR_AVERAGING, NETWORK_AVERAGING


def linear(*weights: int) -> bytes:
    return encode_linear(LinearModel(LinearKind.CLASSIFIER, len(weights) - 1, 2, weights))


def sent(base: bytes | None, honest: bytes, strength: int) -> tuple[int, ...]:
    return decode_linear(SignFlip(strength).update(LINEAR_AVERAGING, base, honest)).weights


def test_a_sign_flip_undoes_as_many_times_what_was_learnt() -> None:
    assert sent(linear(10, 20), linear(13, 18), 1) == (7, 22)
    assert sent(linear(10, 20), linear(13, 18), 3) == (1, 26)
    assert sent(None, linear(13, 18), 2) == (-26, -36)


def test_weights_that_would_be_too_large_for_a_model_are_held() -> None:
    assert sent(None, linear(WEIGHT_LIMIT - 1, 1 - WEIGHT_LIMIT), 3) == (1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1)


def test_the_moves_of_a_network_go_backwards_once() -> None:
    moves = np.array([5, -70_000_000, 3], dtype=np.int64)
    honest = decode_moves(encode_moves(moves, 16), 3, 16).values
    told = SignFlip(3).update(NETWORK_AVERAGING, None, encode_moves(moves, 16))
    assert decode_moves(told, 3, 16).values.tolist() == (-honest).tolist()


def test_who_has_no_plan_sends_what_it_learnt() -> None:
    assert Conduct().update(LINEAR_AVERAGING, None, b"honest") == b"honest"


def test_a_cartel_lies_only_where_it_decides() -> None:
    one, two, three, four = (AccountId(bytes([number]) * 32) for number in range(4))
    cartel = Cartel(frozenset({one, two}))
    assert cartel.rules((one, two, three))
    assert not cartel.rules((one, three, four))
    assert not cartel.rules((one, two, three, four))
    assert not cartel.rules(())


def test_on_the_chain_stands_the_opposite_of_what_the_attackers_rows_say(readers: Run) -> None:
    stage, task = readers.stage, 0
    attacker, party, lesson = stage.cast.parties[-1], stage.scenario.parties[-1], stage.scenario.lessons[task]
    rounds = stage.runtime.federated_round
    update, seed = rounds.updates.get((task, 0, attacker.account)), rounds.course(task, 0).seed
    assert update is not None
    assert seed is not None
    strategy = strategy_for(lesson.algorithm, encode_settings(lesson.settings))
    rows = DataSet.of(party.told.rows, party.told.targets)
    honest = strategy.train(rows, None, training_seed(seed, attacker.account))
    told = decode_forest(stage.node.content.get(update.cid.decode()))
    assert told == reversed_forest(decode_forest(honest))


def test_the_attacker_is_never_paid(readers: Run) -> None:
    attacker = readers.stage.cast.parties[-1].account
    rounds = readers.stage.runtime.federated_round
    settled = [
        each for task in (0, 1, 2) for each in rounds.settlements.get((task, 0)) or () if each.account == attacker
    ]
    assert len(settled) == 3
    assert all((each.paid, each.reason is Reason.CONTRIBUTED) == (0, False) for each in settled)
