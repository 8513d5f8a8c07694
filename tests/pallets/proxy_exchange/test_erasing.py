"""When data are erased, an exchange that learnt from them is over, and what it taught is to be thrown away."""

from __future__ import annotations

from chain.crypto.hashing import blake2_256
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import AccountId, Hash
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from pallets.proxy_exchange import Outcome, Phase
from pallets.proxy_exchange.errors import NotPermitted, WrongPhase
from pallets.proxy_exchange.events import Ended, ModelsToRetire
from runtime.devnet import dev_node
from tests.pallets.federated_round.fake_node import FakeNode
from tests.pallets.proxy_exchange.mock import MEMBERS, OWNER, PLAN, Devnet, Play

LEAVER, OTHER = MEMBERS[1], MEMBERS[2]


def root_of(who: AccountId) -> Hash:
    """What a member of a play joins with."""
    return Hash(blake2_256(who))


def test_an_exchange_that_has_learnt_from_erased_data_ends_and_says_so() -> None:
    play = Play()
    play.begin()
    play.do(LEAVER, play.push_call(LEAVER))
    play.exchanges.data_erased(root_of(LEAVER))
    assert (play.exchange.phase, play.exchange.outcome) == (Phase.ENDED, Outcome.DATA_ERASED)
    told = [Ended(0, Outcome.DATA_ERASED), ModelsToRetire(0, root_of(LEAVER))]
    assert [*events_of(play.runtime, Ended), *events_of(play.runtime, ModelsToRetire)] == told
    assert_noop(play.runtime, Signed(OTHER), play.push_call(OTHER), WrongPhase)
    play.do(OWNER, call_of(play.exchanges.close, exchange=0))
    assert list(play.exchanges.learnt.iter_keys()) == []


def test_data_that_nothing_was_learnt_from_are_learnt_from_by_nobody_and_the_others_go_on() -> None:
    play = Play()
    play.begin()
    play.exchanges.data_erased(root_of(LEAVER))
    assert_noop(play.runtime, Signed(LEAVER), play.push_call(LEAVER), NotPermitted)
    play.play_round(silent=(LEAVER,))
    assert play.exchange.phase is not Phase.ENDED
    assert events_of(play.runtime, ModelsToRetire) == []


def test_models_of_an_exchange_that_is_over_are_to_be_thrown_away_too_until_it_is_closed() -> None:
    play = Play()
    play.begin()
    for _ in range(PLAN.rounds):
        play.play_round()
    outcomes = [play.exchange.outcome]
    play.exchanges.data_erased(root_of(LEAVER))
    outcomes.append(play.exchange.outcome)
    assert outcomes == [Outcome.COMPLETE, Outcome.DATA_ERASED]
    assert events_of(play.runtime, ModelsToRetire) == [ModelsToRetire(0, root_of(LEAVER))]
    play.do(OWNER, call_of(play.exchanges.close, exchange=0))
    play.exchanges.data_erased(root_of(OTHER))
    assert len(events_of(play.runtime, ModelsToRetire)) == 1


def models_in(node: FakeNode) -> list[bytes]:
    return [key for key in node.local if key.startswith(SECRET_STORAGE)]


def test_members_nodes_throw_their_models_away() -> None:
    devnet = Devnet()
    devnet.play()
    assert all(models_in(node) for node in devnet.nodes.values())
    root = next(found.data.root for found in devnet.runtime.proxy_exchange.members_of(0).values())
    devnet.runtime.proxy_exchange.data_erased(root)
    devnet.block()
    assert not any(models_in(node) for node in devnet.nodes.values())


def test_what_a_member_has_named_nobody_else_registers() -> None:
    play = Play()
    play.begin()
    assert play.exchanges.may_register(root_of(LEAVER), LEAVER)
    assert not play.exchanges.may_register(root_of(LEAVER), OTHER)
    assert play.exchanges.may_register(Hash(bytes(32)), OTHER)


def test_the_registry_of_the_development_chain_tells_exchanges_of_erasures_and_asks_them() -> None:
    runtime = dev_node().runtime_at()
    exchanges, users = runtime.proxy_exchange, runtime.data_registry.config.erasures
    assert users is not None
    exchanges.named_by.insert(root_of(LEAVER), LEAVER)
    assert not users.may_register(root_of(LEAVER), OTHER)
    users.data_erased(root_of(LEAVER))
    assert exchanges.erased.get(root_of(LEAVER))
    assert runtime.federated_round.erased.get(root_of(LEAVER))
