"""Exchanges that nobody but the workers plays: they learn, come late, stop and start, fall silent, and add noise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from chain.content.store import ContentMissing
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import AccountId
from pallets.federated_round.data import DataSet, LocalData
from pallets.federated_round.noise import LocalGaussian
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok
from pallets.learning.linear_model import LinearKind, LinearModel, decode_linear, empty_model
from pallets.learning.linear_training import train_linear
from pallets.learning.proxy_exchange.mutual_training import MutualParameters, train_mutually
from pallets.ml_registry import Artifact, artifact_of
from pallets.proxy_exchange import Outcome, Phase
from pallets.proxy_exchange.audit import audit_exchange
from pallets.proxy_exchange.models import Models, begun_from
from pallets.proxy_exchange.operator import Peer
from pallets.proxy_exchange.types import Heard
from tests.pallets.federated_round.fake_node import FakeNode
from tests.pallets.proxy_exchange.mock import MEMBERS, OWNER, PLAN, SETTINGS, Devnet, rows_of

START = empty_model(LinearKind.CLASSIFIER, 2, 2)


@pytest.fixture(scope="module")
def played() -> Devnet:
    """An exchange of five to its end."""
    made = Devnet()
    made.play()
    return made


def ended_with(devnet: Devnet, who: AccountId) -> tuple[LinearModel, LinearModel]:
    """A member's private model and proxy after the exchange."""
    exchanges = devnet.runtime.proxy_exchange
    found = exchanges.exchange(0)
    assert found.seed is not None
    models = Models(devnet.nodes[who], 0, found.seed)

    def bytes_of(artifact: Artifact) -> bytes:
        return devnet.content.get(artifact.cid.decode())

    return begun_from(exchanges, models, found.number, START, bytes_of)


def right(model: LinearModel) -> int:
    """How many of two hundred points a model knows the side of."""
    test = rows_of(b"test", 200)
    return sum(model.predict(row) == label for row, label in zip(test.rows(), test.targets, strict=True))


def test_workers_complete_an_exchange_in_which_every_proxy_is_heard(played: Devnet) -> None:
    exchanges = played.runtime.proxy_exchange
    assert exchanges.exchange(0).outcome is Outcome.COMPLETE
    assert played.failed == []
    for number in range(PLAN.rounds):
        pushed = exchanges.pushed_in(0, number)
        assert set(pushed) == set(MEMBERS)
        for who in MEMBERS:
            source = exchanges.source_for(0, number, who)
            assert source is not None
            assert exchanges.heard.get((0, number, who)) == Heard(source, pushed[source].root)
    assert audit_exchange(exchanges, 0, played.content.get) == []


def test_the_first_proxy_is_that_of_mutual_training(played: Devnet) -> None:
    who = MEMBERS[0]
    pushed = played.runtime.proxy_exchange.pushed_in(0, 0)[who]
    rows = rows_of(who)
    _, proxy = train_mutually(START, START, rows.rows(), rows.targets, MutualParameters(SETTINGS.parameters))
    assert decode_linear(played.content.get(pushed.cid.decode())) == proxy


def test_proxies_know_more_than_anybody_alone(played: Devnet) -> None:
    alone = []
    for who in MEMBERS:
        rows = rows_of(who)
        parameters = replace(SETTINGS.parameters, epochs=SETTINGS.epochs * PLAN.rounds)
        alone.append(right(train_linear(START, rows.rows(), rows.targets, parameters)))
    proxies = [right(ended_with(played, who)[1]) for who in MEMBERS]
    assert sum(proxies) > sum(alone), (proxies, alone)


def test_no_private_model_is_in_the_content_store(played: Devnet) -> None:
    exchanges = played.runtime.proxy_exchange
    seed = exchanges.exchange(0).seed
    assert seed is not None
    for who, node in played.nodes.items():
        pair = Models(node, 0, seed).recall(PLAN.rounds - 1)
        assert pair is not None
        assert pair.proxy == played.content.get(exchanges.pushed_in(0, PLAN.rounds - 1)[who].cid.decode())
        assert not played.content.has(artifact_of(pair.private).cid.decode())
        keeping = [key for key, value in node.local.items() if pair.private in value]
        assert len(keeping) == 1
        assert keeping[0].startswith(SECRET_STORAGE)


def test_a_worker_that_stops_in_any_block_plays_the_same_exchange(played: Devnet) -> None:
    stopped = Devnet()
    for _ in range(60):
        if stopped.runtime.proxy_exchange.exchange(0).phase is Phase.ENDED:
            break
        stopped.block()
        for who, node in list(stopped.nodes.items()):
            stopped.nodes[who] = replace(node, pool=node.pool, local=dict(node.local))
    for number in range(PLAN.rounds):
        pushed = [each.runtime.proxy_exchange.pushed_in(0, number) for each in (stopped, played)]
        assert pushed[0] == pushed[1]


def test_a_silent_member_is_skipped_and_a_late_one_takes_part() -> None:
    devnet = Devnet(replace(PLAN, rounds=6), MEMBERS[:4])
    for _ in range(6):
        devnet.block()
    silent = devnet.nodes.pop(MEMBERS[0])
    devnet.nodes[MEMBERS[4]] = devnet.node_of(MEMBERS[4])
    devnet.play(120)
    exchanges = devnet.runtime.proxy_exchange
    rings = [exchanges.rings.get((0, number)) for number in range(6)]
    assert rings[0] is not None
    assert rings[-1] is not None
    assert silent.account in rings[0]
    assert silent.account not in rings[-1]
    assert MEMBERS[4] not in rings[0]
    assert MEMBERS[4] in rings[-1]
    assert audit_exchange(exchanges, 0, devnet.content.get) == []
    assert_ok(devnet.runtime, Signed(OWNER), call_of(exchanges.close, exchange=0))


def test_a_proxy_that_is_none_is_heard_by_nobody() -> None:
    devnet = Devnet(replace(PLAN, rounds=1))
    exchanges, broken = devnet.runtime.proxy_exchange, devnet.content.put(b"no proxy")
    assert broken
    while exchanges.exchange(0).phase is not Phase.PUSH:
        devnet.block()
    liar = devnet.nodes[MEMBERS[0]]
    liar.pool = [call_of(exchanges.push, exchange=0, number=0, proxy=artifact_of(b"no proxy"))]
    devnet.play()
    heard = [exchanges.heard.get((0, 0, who)) for who in MEMBERS]
    assert [each.root for each in heard if each is not None and each.source == liar.account] == [None]
    assert sum(each is not None and each.root is not None for each in heard) == len(MEMBERS) - 1
    assert audit_exchange(exchanges, 0, devnet.content.get) == []


@dataclass
class Forgetful(FakeNode):
    """A node whose content store loses everything from a moment on."""

    is_lost: bool = False

    def content_get(self, cid: str) -> bytes:
        if self.is_lost and cid != PLAN.settings.cid.decode():
            raise ContentMissing(cid)
        return super().content_get(cid)


def test_a_heard_proxy_that_is_lost_keeps_nobody_from_the_next_round() -> None:
    devnet = Devnet(replace(PLAN, rounds=2))
    exchanges, whole = devnet.runtime.proxy_exchange, devnet.node_of(MEMBERS[0])
    forgetful = Forgetful(whole.account, whole.data, devnet.content)
    devnet.nodes[MEMBERS[0]] = forgetful
    while exchanges.exchange(0).number == 0:
        devnet.block()
        heard = exchanges.heard.get((0, 0, MEMBERS[0]))
        forgetful.is_lost = heard is not None and heard.root is not None
    devnet.play()
    assert forgetful.is_lost
    assert MEMBERS[0] in exchanges.pushed_in(0, 1)
    last = exchanges.heard.get((0, 1, MEMBERS[0]))
    assert last is not None
    assert last.root is None


def test_noise_hides_what_training_gave(played: Devnet) -> None:
    noisy = Devnet(replace(PLAN, rounds=1, noise=LocalGaussian(1 << 24, 1_000)))
    noisy.play()
    clear = played.runtime.proxy_exchange.pushed_in(0, 0)
    for who, proxy in noisy.runtime.proxy_exchange.pushed_in(0, 0).items():
        models = [
            decode_linear(each.content.get(found.cid.decode()))
            for each, found in ((noisy, proxy), (played, clear[who]))
        ]
        assert all(one != other for one, other in zip(models[0].weights, models[1].weights, strict=True))


def test_rows_that_do_not_suit_keep_a_worker_out() -> None:
    devnet = Devnet(members=MEMBERS[:2])
    devnet.nodes[MEMBERS[2]] = devnet.node_of(MEMBERS[2])
    devnet.nodes[MEMBERS[2]].data = Peer(LocalData(DataSet.of([(1,), (2,)], (0, 1)), MEMBERS[2]))
    devnet.nodes[MEMBERS[3]] = devnet.node_of(MEMBERS[3])
    devnet.nodes[MEMBERS[3]].data = Peer(LocalData(rows_of(b"x"), MEMBERS[3]), frozenset({7}))
    devnet.play()
    assert devnet.runtime.proxy_exchange.exchange(0).members == 2
