"""Compressed updates: what they stand for, what is refused, and rounds in which nothing else is sent."""

from __future__ import annotations

from dataclasses import replace
from struct import pack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.content.chunked import ChunkedStore
from chain.content.memory import MemoryStore
from chain.primitives import AccountId
from pallets.federated_round import Outcome, Terms
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work
from pallets.federated_round.noise import LocalGaussian
from pallets.federated_round.rules import (
    MEAN,
    AggregationRule,
    Bulyan,
    Fair,
    Median,
    Momentum,
    MultiKrum,
    NetworkRule,
    Scaffold,
)
from pallets.federated_round.secrecy.vectors import vectors_of
from pallets.federated_round.settings import (
    MOST_BITS,
    CompressedSettings,
    ForestSettings,
    LinearSettings,
    NetworkSettings,
    Settings,
    SettingsError,
    encode_settings,
)
from pallets.federated_round.shapes.choice import Buffered, Hierarchical, Shape
from pallets.federated_round.strategies import (
    ClientUpdate,
    Strategy,
    TakesTraining,
    UpdateRefused,
    strategy_for,
    strategy_under,
)
from pallets.federated_round.strategies.averaging import Averaging
from pallets.federated_round.strategies.compressed import CompressedAveraging
from pallets.federated_round.strategies.grouped_networks import GroupedNetworks
from pallets.federated_round.strategies.grouping import grouping_of
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.federated_round.types import Phase
from pallets.federated_round.worth import BySamples
from pallets.learning.aggregation.rates import ONE
from pallets.learning.compression import LARGEST_BITS, Compression, largest_error, quantised
from pallets.learning.linear_model import WEIGHT_LIMIT, decode_linear, encode_linear
from pallets.learning.moves import LARGEST_MOVE
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.ml_registry import LINEAR_AVERAGING, NETWORK_AVERAGING
from tests.pallets.federated_round.dev_learners import TERMS, Learners, rows_of
from tests.pallets.federated_round.secrecy.hidden_play import FULL

QUANTISER = encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2))
LINEAR = LinearSettings(QUANTISER, classes=2, epochs=15, learning_rate=3 << 16, l2=0)
NETWORK = NetworkSettings(QUANTISER, classes=2, hidden=8, bits=32, epochs=20, learning_rate=1 << 15, batch=8)
FOREST = ForestSettings(QUANTISER, 2, 3, 4, 1, 0)
ACCOUNTS = tuple(AccountId(bytes((number,)) * 32) for number in range(1, 8))
WAYS = (Compression(8), Compression(0, 2), Compression(6, 2))
RULES: tuple[NetworkRule, ...] = (MEAN, Median(1), MultiKrum(1, 2), Bulyan(1))


def under(inner: Settings, how: Compression = WAYS[0]) -> CompressedSettings:
    return CompressedSettings(encode_settings(inner), how.bits, how.kept)


def made(
    inner: LinearSettings | NetworkSettings, how: Compression, rule: AggregationRule = MEAN, shape: Shape | None = None
) -> CompressedAveraging:
    algorithm = LINEAR_AVERAGING if isinstance(inner, LinearSettings) else NETWORK_AVERAGING
    found: Strategy = strategy_for(
        algorithm, encode_settings(under(inner, how)), rule, **({} if shape is None else {"shape": shape})
    )
    assert isinstance(found, CompressedAveraging)
    return found


def trained(strategy: Strategy, base: bytes | None = None, count: int = 4) -> list[ClientUpdate]:
    return [
        ClientUpdate(who, 10 + place, strategy.train(rows_of(f"rows {place}"), base, who), place % 2)
        for place, who in enumerate(ACCOUNTS[:count])
    ]


@pytest.mark.parametrize("how", WAYS, ids=["bits", "top", "both"])
@pytest.mark.parametrize("inner", [LINEAR, NETWORK], ids=["linear", "network"])
def test_an_update_is_what_was_trained_up_to_the_error_that_it_states(
    inner: LinearSettings | NetworkSettings, how: Compression
) -> None:
    strategy, plain = (
        made(inner, how),
        strategy_for(LINEAR_AVERAGING if inner is LINEAR else NETWORK_AVERAGING, encode_settings(inner)),
    )
    base = plain.aggregate(trained(plain), None).model
    for begun in (None, base):
        vectors = vectors_of(inner, begun)
        whole, sent = plain.train(rows_of("r"), begun, b"seed"), strategy.train(rows_of("r"), begun, b"seed")
        strategy.check(sent)
        assert len(whole) == strategy.whole_bytes
        expected = how.decompressed(how.compressed(vectors.move(whole)), vectors.parameters)
        assert how.decompressed(sent, vectors.parameters).tolist() == expected.tolist()
        assert int(np.abs(expected - vectors.move(whole)).max()) <= largest_error(sent)
        one = [ClientUpdate(ACCOUNTS[0], 1, sent)]
        assert strategy.aggregate(one, begun) == plain.aggregate(
            [ClientUpdate(ACCOUNTS[0], 1, vectors.update(expected))], begun
        )


@pytest.mark.parametrize("rule", [*RULES, Momentum(ONE, ONE // 2), Scaffold(ONE)], ids=lambda rule: type(rule).__name__)
def test_every_rule_joins_what_the_updates_stand_for(rule: AggregationRule) -> None:
    strategy, plain = made(LINEAR, Compression(6, 2), rule), Averaging(LINEAR, rule)
    base, state = None, None
    for _ in range(2):
        updates = [
            ClientUpdate(who, 20, strategy.train(rows_of(f"rows {place}"), base, who, state, who))
            for place, who in enumerate(ACCOUNTS)
        ]
        vectors = vectors_of(LINEAR, base)
        whole = [
            replace(each, data=vectors.update(Compression(6, 2).decompressed(each.data, vectors.parameters)))
            for each in updates
        ]
        joined = strategy.aggregate(updates, base, state)
        assert joined == plain.aggregate(whole, base, state)
        test = rows_of("test")
        judged = strategy.evaluate(updates[:3], base, joined.model, test, state)
        assert judged == plain.evaluate(whole[:3], base, joined.model, test, state)
        base, state = joined.model, joined.state


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_groups_of_networks_add_up_what_the_updates_stand_for(rule: NetworkRule) -> None:
    strategy = made(NETWORK, Compression(8), rule, Hierarchical(2, 2))
    updates = trained(strategy)
    vectors = vectors_of(NETWORK, None)
    whole = [
        replace(each, data=vectors.update(Compression(8).decompressed(each.data, vectors.parameters)))
        for each in updates
    ]
    grouping, plain = grouping_of(strategy), GroupedNetworks(NETWORK, rule)
    groups = [grouping.group([each for each in updates if each.group == number]) for number in (0, 1)]
    for group in groups:
        grouping.check(group)
    root = grouping.join(groups, {}, None, None)
    assert root == strategy.aggregate(updates, None) == plain.aggregate(whole, None)


def test_updates_to_buffers_are_moves_from_where_each_began() -> None:
    strategy, plain = made(LINEAR, Compression(8), shape=Buffered(1, ONE)), Averaging(LINEAR)
    first = plain.aggregate(trained(plain), None).model
    updates = []
    for who, begun, staleness in ((ACCOUNTS[0], None, 1), (ACCOUNTS[1], first, 0)):
        sent = strategy.train(rows_of(f"{staleness}"), begun, b"", None, who)
        updates.append(ClientUpdate(who, 10, sent, staleness=staleness, begun_from=begun))
    joined = strategy.aggregate(updates, first).model
    inner = strategy_for(LINEAR_AVERAGING, encode_settings(LINEAR), shape=Buffered(1, ONE))
    whole = [
        replace(each, data=vectors_of(LINEAR, each.begun_from).update(Compression(8).decompressed(each.data, 3)))
        for each in updates
    ]
    assert joined == inner.aggregate(whole, first).model


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_what_is_no_compressed_update_of_the_task_is_refused(data: st.DataObject) -> None:
    how = data.draw(st.sampled_from(WAYS))
    strategy = made(LINEAR, how)
    sent = how.compressed(np.array(data.draw(st.lists(st.integers(-(2**40), 2**40), min_size=3, max_size=3))))
    strategy.check(sent)
    other = data.draw(st.sampled_from([each for each in WAYS if each != how]))
    place = data.draw(st.integers(0, len(sent) - 1))
    for wrong in (sent + b"\x00", sent[:-1], other.compressed(np.arange(3)), how.compressed(np.arange(1, 5))):
        with pytest.raises(UpdateRefused):
            strategy.check(wrong)
    broken = bytearray(sent)
    broken[place] = data.draw(st.integers(0, 255))
    try:
        strategy.check(bytes(broken))
    except UpdateRefused:
        return
    assert how.decompressed(bytes(broken), 3).shape == (3,)  # another update, and a canonical one


def test_an_untrue_error_a_whole_update_and_a_move_too_far_are_refused_with_the_reason() -> None:
    strategy, plain = made(LINEAR, Compression(8)), Averaging(LINEAR)
    sent = bytearray(quantised(np.array([0, 1 << 20, 1 << 22]), 8))
    (step,) = (int.from_bytes(sent[17:25], "little"),)
    sent[17:25] = pack("<Q", 3 * step)
    sent[25:] = bytes(code // 3 for code in sent[25:])
    for data, reason in (
        (bytes(sent), "a smaller one has room for all codes"),
        (plain.train(rows_of("r"), None, b""), "the first bytes are 504c4c01"),
        (quantised(np.array([0, 0, LARGEST_MOVE]), 8), "which is not below 2.46"),
        (b"", "the first bytes are"),
    ):
        with pytest.raises(UpdateRefused, match=reason):
            strategy.check(data)


def test_weights_stay_within_what_they_may_be() -> None:
    strategy = made(LINEAR, Compression(8))
    begun = decode_linear(Averaging(LINEAR).aggregate(trained(Averaging(LINEAR)), None).model)
    base = encode_linear(replace(begun, weights=(WEIGHT_LIMIT - 1,) * 3))
    far = quantised(np.array([2**45, 0, -1]), 8)
    model = decode_linear(strategy.aggregate([ClientUpdate(ACCOUNTS[0], 1, far)], base).model)
    assert max(model.weights) == WEIGHT_LIMIT - 1
    with pytest.raises(UpdateRefused, match="the version that updates began from"):
        strategy.aggregate([ClientUpdate(ACCOUNTS[0], 1, far)], b"none")


def test_operators_of_networks_train_with_what_they_like() -> None:
    strategy = made(NETWORK, Compression(8))
    assert isinstance(strategy, TakesTraining)
    assert not isinstance(made(LINEAR, Compression(8)), TakesTraining)
    plain = NetworkAveraging(NETWORK)
    sent, whole = (
        each.train_with(lambda weights, _data, _seed: weights + np.float32(0.5), rows_of("r"), None, b"")
        for each in (strategy, plain)
    )
    moves = plain.moves(whole)
    assert sent == Compression(8).compressed(moves)
    assert len(sent) < len(whole) // 2


def test_updates_that_are_no_moves_cannot_be_compressed() -> None:
    assert MOST_BITS == LARGEST_BITS
    for algorithm, found, rule, shape, reason in (
        (LINEAR_AVERAGING, under(LINEAR), Fair(1, 1, ONE), None, "tell a loss beside their models"),
        (LINEAR_AVERAGING, under(LINEAR), MEAN, Hierarchical(2, 2), "a group adds up whole linear models"),
        (LINEAR_AVERAGING, under(NETWORK), MEAN, None, "for a task of linear models"),
        (0, under(FOREST), MEAN, None, "are no vectors"),
        (LINEAR_AVERAGING, under(under(LINEAR)), MEAN, None, "updates under CompressedSettings are no vectors"),
        (LINEAR_AVERAGING, replace(under(LINEAR), bits=33), MEAN, None, "33 bits of 0 values"),
        (LINEAR_AVERAGING, replace(under(LINEAR), bits=0), MEAN, None, "0 bits of 0 values"),
    ):
        with pytest.raises(SettingsError, match=reason):
            strategy_for(algorithm, encode_settings(found), rule, **({} if shape is None else {"shape": shape}))


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (replace(TERMS, secrecy=FULL), "summed under masks with all their bits"),
        (replace(TERMS, schedule=replace(TERMS.schedule, challenge=3)), "added up on the chain of whole updates"),
        (replace(TERMS, noise=LocalGaussian(1 << 24, 1000)), "noise goes on whole weights"),
    ],
)
def test_a_task_whose_terms_need_whole_updates_is_not_worked_for(terms: Terms, reason: str) -> None:
    strategy_under(LINEAR_AVERAGING, terms, encode_settings(LINEAR))
    strategy_under(LINEAR_AVERAGING, TERMS, encode_settings(under(LINEAR)))
    with pytest.raises(SettingsError, match=reason):
        strategy_under(LINEAR_AVERAGING, terms, encode_settings(under(LINEAR)))
    with pytest.raises(SettingsError, match="whose updates are hidden"):
        vectors_of(under(LINEAR), None)


@pytest.mark.parametrize(
    ("inner", "how", "rule"),
    [(LINEAR, Compression(8), MEAN), (NETWORK, Compression(8, 20), Median(1))],
    ids=["linear", "network median"],
)
def test_rounds_of_compressed_updates_are_published_paid_and_audited(
    inner: LinearSettings | NetworkSettings, how: Compression, rule: AggregationRule
) -> None:
    learners = Learners(
        (replace(TERMS, rule=rule, reward_threshold=0),),
        rounds=2,
        settings=under(inner, how),
        algorithm=LINEAR_AVERAGING if inner is LINEAR else NETWORK_AVERAGING,
        content=ChunkedStore(MemoryStore()),
    )
    learners.play_all()
    rounds, strategy = learners.node.runtime_at().federated_round, made(inner, how, rule)
    assert learners.course(0, 0).outcome is Outcome.PUBLISHED
    judged = rounds.judged(0, 0)
    assert judged is not None
    assert judged.after > judged.constant
    for number in (0, 1):
        evidence = Evidence(rounds, 0, number, rounds.task(0), Phase.REVEAL_EVALUATIONS, learners.content.get)
        assert audit_work(evidence) == []
        assert audit_payouts(evidence) == []
        sizes = [found.size for key in rounds.updates.iter_keys((0, number)) if (found := rounds.updates.get(key))]
        assert len(sizes) == 7
        assert max(sizes) < strategy.whole_bytes


def test_judged_by_samples_nobody_looks_at_what_was_sent() -> None:
    learners = Learners(
        (replace(TERMS, worth=BySamples(), reward_threshold=0),),
        settings=under(LINEAR),
        content=ChunkedStore(MemoryStore()),
    )
    learners.play_all()
    assert learners.course(0, 0).outcome is Outcome.PUBLISHED


def test_nobody_enrols_where_hidden_updates_would_be_compressed() -> None:
    learners = Learners((replace(TERMS, noise=LocalGaussian(1 << 24, 1000)),), settings=under(LINEAR))
    learners.play_all()
    assert learners.course(0, 0).enrolled == 0
