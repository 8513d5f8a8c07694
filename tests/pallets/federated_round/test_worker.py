"""Rounds that nobody but the workers plays: real forests and linear models, honest clients and a poisoner."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId, Hash
from pallets.federated_round import Drawn, Outcome, Phase, Reason, Role, Settlement, Stage
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator
from pallets.federated_round.settings import (
    BoostingSettings,
    CompressedSettings,
    ForestSettings,
    LinearSettings,
    NetworkSettings,
    QuotaSettings,
    Settings,
    compressible,
    encode_settings,
)
from pallets.federated_round.types import Terms
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok
from pallets.learning.attacks import label_flip
from pallets.learning.forest_codec import decode_forest
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream
from pallets.ml_registry import (
    FOREST_MERGE,
    FOREST_QUOTA,
    LINEAR_AVERAGING,
    NETWORK_AVERAGING,
    TREE_BOOSTING,
    artifact_of,
)
from tests.pallets.federated_round.fake_node import Devnet
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, OWNER, TERMS, RoundRuntime, new_runtime

QUANTISER = encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 3))
FOREST = ForestSettings(QUANTISER, classes=2, trees=5, max_depth=6, min_leaf=1, features_per_split=0)
LINEAR = LinearSettings(QUANTISER, classes=2, epochs=30, learning_rate=3 << 16, l2=0)
QUOTA = QuotaSettings(QUANTISER, classes=2, trees=5, rows_for_a_tree=20, max_depth=6, min_leaf=1, features_per_split=0)
BOOSTED = BoostingSettings(
    QUANTISER,
    classes=2,
    stages=8,
    rate=1 << 15,
    max_depth=3,
    min_leaf=1,
    features_per_split=3,
    rows_share=1 << 16,
    start=0,
)
ALGORITHMS = {
    ForestSettings: FOREST_MERGE,
    LinearSettings: LINEAR_AVERAGING,
    QuotaSettings: FOREST_QUOTA,
    BoostingSettings: TREE_BOOSTING,
    NetworkSettings: NETWORK_AVERAGING,
}
MODEL = 1
"""The first that this module makes; the mock has made one."""
POISONER = CLIENTS[3]


def rows_of(seed: bytes, count: int) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    stream = Stream(seed)
    rows = [tuple(stream.draws(3, 65536)) for _ in range(count)]
    return rows, tuple(int(row[0] + row[1] // 2 > 49152) for row in rows)


def operators(*, poisoned: bool = False) -> dict[AccountId, Operator]:
    found: dict[AccountId, Operator] = {}
    for who in CLIENTS:
        rows, labels = rows_of(who, 60)
        if poisoned and who == POISONER:
            labels = label_flip(labels, 2)
        found[who] = Operator(data=LocalData(DataSet.of(rows, labels), who))
    found |= {who: Operator(serves=True) for who in KEEPERS}
    test_sets = tuple(HeldOut(DataSet.of(*rows_of(b"test %d" % number, 80)), OWNER) for number in range(3))
    found[OWNER] = Operator(test_sets=test_sets)
    return found


def devnet_of(who: dict[AccountId, Operator], settings: Settings, *, terms: Terms = TERMS) -> Devnet:
    """A devnet whose owner has opened a task for what the settings train, and started its first round."""
    devnet = Devnet(new_runtime(), who)
    rounds, owner = devnet.runtime.federated_round, who[OWNER]
    data = encode_settings(settings)
    devnet.content.put(data)
    taught = compressible(settings) if isinstance(settings, CompressedSettings) else settings
    registry, algorithm = devnet.runtime.ml_registry, ALGORITHMS[type(taught)]
    create = call_of(
        registry.create_model, name=b"model", algorithm=algorithm, licence=b"", description=Hash(bytes(32))
    )
    assert_ok(devnet.runtime, Signed(OWNER), create)
    commitments = tuple(held.commitment for held in owner.test_sets)
    terms = replace(terms, settings=artifact_of(data))
    create = call_of(rounds.create_task, model=MODEL, terms=terms, pool=30_000, test_sets=commitments)
    assert_ok(devnet.runtime, Signed(OWNER), create)
    assert_ok(devnet.runtime, Signed(OWNER), call_of(rounds.start_round, task=0))
    return devnet


def finish(devnet: Devnet, number: int = 0) -> Outcome:
    """Let the workers play a round to its end."""
    for _ in range(2 * TERMS.schedule.longest):
        devnet.block()
        found = devnet.runtime.federated_round.rounds.get((0, number))
        if found is not None and found.outcome is not None:
            return found.outcome
    raise AssertionError("the round does not end")


def settlements(runtime: RoundRuntime, role: Role, number: int = 0) -> dict[AccountId, Settlement]:
    found = runtime.federated_round.settlements.get((0, number)) or ()
    return {each.account: each for each in found if each.role is role}


def drawn(devnet: Devnet) -> Drawn:
    found = devnet.runtime.federated_round.drawn.get((0, 0))
    assert found is not None
    return found


@pytest.mark.parametrize("settings", [FOREST, LINEAR, QUOTA, BOOSTED], ids=lambda settings: type(settings).__name__)
def test_workers_play_a_round_in_which_the_honest_earn_and_the_poisoner_is_slashed(settings: Settings) -> None:
    devnet = devnet_of(operators(poisoned=True), settings)
    assert finish(devnet) is Outcome.PUBLISHED
    clients = settlements(devnet.runtime, Role.CLIENT)
    assert clients[POISONER].reason is Reason.HARMFUL
    assert clients[POISONER].slashed == 5_000
    assert all(clients[who].reason is Reason.CONTRIBUTED and clients[who].paid > 0 for who in CLIENTS[:3])
    assert {each.reason for each in settlements(devnet.runtime, Role.AGGREGATOR).values()} == {Reason.AGREED}
    assert {each.reason for each in settlements(devnet.runtime, Role.VALIDATOR).values()} == {Reason.AGREED}
    assert devnet.runtime.ml_registry.latest(MODEL) is not None
    assert devnet.failed == []


def test_contributions_add_up_to_the_improvement() -> None:
    devnet = devnet_of(operators(), FOREST)
    finish(devnet)
    judged = devnet.runtime.federated_round.judged(0, 0)
    assert judged is not None
    assert abs(sum(score.contribution for score in judged.clients) - (judged.after - judged.before)) <= len(CLIENTS)


def test_automatic_rounds_follow_each_other_and_build_on_the_last_version() -> None:
    devnet = devnet_of(operators(), FOREST, terms=replace(TERMS, automatic=True))
    assert finish(devnet, 0) is Outcome.PUBLISHED
    first = devnet.runtime.federated_round.course(0, 0).version
    assert first == devnet.runtime.federated_round.course(0, 1).base
    assert finish(devnet, 1) in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
    agreed = devnet.runtime.federated_round.agreed_aggregate.get((0, 1))
    assert agreed is not None
    assert agreed.model is not None
    grown = decode_forest(devnet.content.get(agreed.model.cid.decode()))
    assert len(grown.trees) == 2 * len(CLIENTS) * FOREST.trees


def test_each_act_is_submitted_once_though_workers_run_after_every_block() -> None:
    devnet = devnet_of(operators(), FOREST)
    finish(devnet)
    # enrolments, three sealed and opened stages, one test set
    roles = len(CLIENTS) + 3 + 3
    assert devnet.submitted == len(CLIENTS) + len(KEEPERS) + 2 * roles + 1
    assert devnet.failed == []


def test_workers_that_run_twice_after_a_block_submit_nothing_twice() -> None:
    devnet = devnet_of(operators(), FOREST)
    devnet.block()
    pending = {who: list(node.pool) for who, node in devnet.nodes.items()}
    devnet.run_workers()
    assert {who: list(node.pool) for who, node in devnet.nodes.items()} == pending


def test_a_worker_that_lost_its_transaction_submits_again_after_a_while() -> None:
    devnet = devnet_of(operators(), FOREST, terms=replace(TERMS, schedule=replace(TERMS.schedule, enrol=10)))
    devnet.block()
    node = devnet.nodes[CLIENTS[0]]
    lost = list(node.pool)
    node.pool.clear()
    for _ in range(devnet.runtime.federated_round.config.retry_after):
        assert node.pool == []
        devnet.block()
    assert node.pool == lost


def test_a_node_that_comes_back_with_its_storage_goes_on_where_it_was() -> None:
    devnet = devnet_of(operators(), FOREST)
    while not devnet.runtime.federated_round.ballots.contains_key((0, 0, Stage.UPDATE, CLIENTS[0])):
        devnet.block()
    old = devnet.nodes[CLIENTS[0]]
    devnet.nodes[CLIENTS[0]] = type(old)(old.account, old.data, old.content, old.pool, dict(old.local))
    assert finish(devnet) is Outcome.PUBLISHED
    assert settlements(devnet.runtime, Role.CLIENT)[CLIENTS[0]].reason is Reason.CONTRIBUTED


def test_a_client_that_disappears_is_left_behind() -> None:
    devnet = devnet_of(operators(), FOREST)
    while devnet.runtime.federated_round.drawn.get((0, 0)) is None:
        devnet.block()
    del devnet.nodes[CLIENTS[1]]
    assert finish(devnet) is Outcome.PUBLISHED
    assert settlements(devnet.runtime, Role.CLIENT)[CLIENTS[1]].reason is Reason.ABSENT


def test_an_update_whose_bytes_are_lost_counts_as_invalid() -> None:
    devnet = devnet_of(operators(), FOREST)
    while devnet.runtime.federated_round.updates.get((0, 0, CLIENTS[2])) is None:
        devnet.block()
    update = devnet.runtime.federated_round.updates.get((0, 0, CLIENTS[2]))
    assert update is not None
    devnet.content.delete(update.cid.decode())
    assert finish(devnet) is Outcome.PUBLISHED
    assert settlements(devnet.runtime, Role.CLIENT)[CLIENTS[2]].reason is Reason.INVALID


def test_a_test_set_of_another_shape_is_unusable() -> None:
    who = operators()
    rows = [(1, 2), (3, 4)]
    who[OWNER] = Operator(test_sets=(HeldOut(DataSet.of(rows, (0, 1)), OWNER),))
    devnet = devnet_of(who, FOREST)
    assert finish(devnet) is Outcome.TEST_SET_UNUSABLE
    assert settlements(devnet.runtime, Role.CLIENT)[CLIENTS[0]].reason is Reason.NOT_JUDGED


def test_nobody_offers_data_for_a_task_whose_settings_are_lost() -> None:
    devnet = devnet_of(operators(), FOREST)
    devnet.content.delete(artifact_of(encode_settings(FOREST)).cid.decode())
    assert finish(devnet) is Outcome.TOO_FEW_ENROLLED


def test_a_node_without_instructions_does_nothing() -> None:
    who = operators()
    devnet = devnet_of(who, FOREST)
    node = devnet.nodes[CLIENTS[0]]
    node.data = None
    devnet.block()
    assert node.pool == []
    assert node.local == {}


def test_two_devnets_make_the_same_version() -> None:
    first, second = devnet_of(operators(), FOREST), devnet_of(operators(), FOREST)
    finish(first)
    finish(second)
    assert first.runtime.ml_registry.latest(MODEL) == second.runtime.ml_registry.latest(MODEL) is not None
    assert first.runtime.storage.root() == second.runtime.storage.root()


def test_the_phases_that_workers_need_no_time_for_end_early() -> None:
    devnet = devnet_of(operators(), FOREST)
    finish(devnet)
    # enrolment lasts its 3 blocks, the draw 1, and the seven other phases 2 each: submit, then go on
    assert devnet.runtime.system.number.get() == 1 + 3 + 1 + 7 * 2
    assert devnet.runtime.federated_round.course(0, 0).phase is Phase.ENDED
