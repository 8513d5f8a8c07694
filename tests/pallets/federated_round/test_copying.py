"""What a client earns that sends another's update as its own, where updates are shown without seals."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from chain.primitives import AccountId, Balance
from pallets.federated_round import Outcome, Phase, Reason, Role, Stage, Terms
from pallets.federated_round import errors as refused
from pallets.federated_round.payment import CAPPED, PROPORTIONAL, PaymentRule
from pallets.federated_round.settings import Settings
from pallets.federated_round.worth import EXACT, BySamples, SampledShapley, Worth
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok
from tests.pallets.federated_round.fake_node import Devnet
from tests.pallets.federated_round.mock import CLIENTS, TERMS
from tests.pallets.federated_round.test_worker import FOREST, LINEAR, devnet_of, finish, operators, settlements

BEST, LAZY = CLIENTS[2], CLIENTS[3]
"""Whose update is worth most; and who has as many rows, and would rather not train on them."""

SHOWN: Final = replace(TERMS, unsealed_updates=True, reward_threshold=0)


def to_updates(terms: Terms, settings: Settings) -> Devnet:
    """A round whose clients are drawn."""
    devnet = devnet_of(operators(), settings, terms=terms)
    while devnet.runtime.federated_round.drawn.get((0, 0)) is None:
        devnet.block()
    return devnet


def copied(devnet: Devnet, whose: AccountId) -> RuntimeCall:
    """The call that states another client's update, as soon as that can be read."""
    rounds = devnet.runtime.federated_round
    while (update := rounds.updates.get((0, 0, whose))) is None:
        devnet.block()
    return call_of(rounds.reveal_update, task=0, number=0, update=update, salt=rounds.basis(0, 0, Stage.UPDATE))


def earned(settings: Settings, worth: Worth, payment: PaymentRule, whose: AccountId | None) -> dict[AccountId, Balance]:
    """What each client was paid where one copies, or where all train."""
    devnet = to_updates(replace(SHOWN, worth=worth, payment=payment), settings)
    if whose is not None:
        del devnet.nodes[LAZY]
        assert_ok(devnet.runtime, Signed(LAZY), copied(devnet, whose))
    assert finish(devnet) is Outcome.PUBLISHED
    found = settlements(devnet.runtime, Role.CLIENT)
    assert {found[who].reason for who in CLIENTS} == {Reason.CONTRIBUTED}
    return {who: found[who].paid for who in CLIENTS}


@pytest.mark.parametrize("settings", [LINEAR, FOREST], ids=lambda settings: type(settings).__name__)
def test_judged_one_by_one_a_copy_earns_exactly_what_the_copied_update_does(settings: Settings) -> None:
    paid = earned(settings, EXACT, PROPORTIONAL, BEST)
    assert paid[LAZY] == paid[BEST] == max(paid.values())
    honest = earned(settings, EXACT, PROPORTIONAL, None)
    # what is lost: it pays more than to train does, and its author pays for it
    assert paid[LAZY] > honest[LAZY]
    assert paid[BEST] < honest[BEST]


def test_the_capped_rule_pays_no_copy_more_than_the_best_paid_of_the_others() -> None:
    for worth in (EXACT, SampledShapley(orders=50, tolerance=0)):
        for whose in CLIENTS[:3]:
            paid = earned(FOREST, worth, CAPPED, whose)
            assert paid.pop(LAZY) <= max(paid.values())


def test_by_samples_a_copy_earns_what_every_update_of_as_many_rows_does_copied_or_not() -> None:
    for whose in (BEST, None):
        assert set(earned(LINEAR, BySamples(), CAPPED, whose).values()) == {TERMS.round_reward * 70 // 100 // 4}


def test_with_seals_who_waits_for_another_update_is_too_late_to_send_it() -> None:
    devnet = to_updates(replace(SHOWN, unsealed_updates=False), LINEAR)
    del devnet.nodes[LAZY]
    call = copied(devnet, BEST)
    assert devnet.runtime.federated_round.course(0, 0).phase is Phase.REVEAL_UPDATES
    assert_noop(devnet.runtime, Signed(LAZY), call, refused.NothingCommitted)
    assert finish(devnet) is Outcome.PUBLISHED
    assert settlements(devnet.runtime, Role.CLIENT)[LAZY].reason is Reason.ABSENT
