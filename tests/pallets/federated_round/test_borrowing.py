"""A node that a permit lends rows takes part in rounds of its purpose, and nobody has to tell it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import Hash
from chain.record import record
from chain.runtime_api import OffchainNode
from pallets.federated_round import Outcome, Role, Terms
from pallets.federated_round.data import LocalData, Operator, encode_data_set
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok
from tests.pallets.federated_round.fake_node import Devnet
from tests.pallets.federated_round.mock import CLIENTS, OWNER, TERMS
from tests.pallets.federated_round.test_purposes import PURPOSE, Permits
from tests.pallets.federated_round.test_worker import LINEAR, devnet_of, finish, operators

BORROWER = CLIENTS[1]
WISH = "somebody's rows"
PLAYED = replace(TERMS, reward_threshold=0)


@record
class Loan:
    """Data in clear."""

    data: bytes
    salt: bytes


class Lender:
    """Lends whoever wishes for it the same data, for one purpose."""

    def __init__(self, loan: Loan | None) -> None:
        self.loan = loan
        self.asked = 0

    def is_borrowing(self, data: object) -> bool:
        return WISH in (data if isinstance(data, tuple) else (data,))

    def lent(self, node: OffchainNode, purpose: Hash) -> Loan | None:
        self.asked += 1
        return self.loan if purpose == PURPOSE else None


def rows_of_borrower() -> LocalData:
    found = operators()[BORROWER].data
    assert found is not None
    return found


def loan() -> Loan:
    local = rows_of_borrower()
    return Loan(encode_data_set(local.data), local.salt)


def lent_to(data: object, lender: Lender, purpose: Hash = PURPOSE, terms: Terms = PLAYED) -> Devnet:
    """A devnet one of whose nodes has these instructions in place of rows of its own."""
    devnet = devnet_of(operators(), LINEAR, terms=terms)
    rounds = devnet.runtime.federated_round
    rounds.config = replace(rounds.config, lender=lender, permits=Permits(*CLIENTS))
    rounds.purposes.insert(0, purpose)
    devnet.nodes[BORROWER].data = data
    return devnet


def clients_of(devnet: Devnet) -> tuple[object, ...]:
    return devnet.runtime.federated_round.holders(0, 0, Role.CLIENT)


@pytest.mark.parametrize("terms", [PLAYED, replace(PLAYED, unsealed_updates=True)], ids=["sealed", "unsealed"])
def test_who_is_lent_rows_trains_on_them_like_one_who_has_them(terms: Terms) -> None:
    devnet = lent_to(WISH, Lender(loan()), terms=terms)
    own = lent_to(operators()[BORROWER], Lender(None), terms=terms)
    assert finish(devnet) is finish(own) is Outcome.PUBLISHED
    assert BORROWER in clients_of(devnet)
    enrolled = devnet.runtime.federated_round.enrolments_of(0, 0)[BORROWER].data
    assert enrolled is not None
    assert enrolled.root == rows_of_borrower().root
    agreed = [each.runtime.federated_round.agreed_aggregate.get((0, 0)) for each in (devnet, own)]
    assert agreed[0] == agreed[1]


def test_the_key_may_come_while_the_chain_runs_and_is_used_from_the_next_round_on() -> None:
    lender = Lender(None)
    devnet = lent_to(WISH, lender)
    assert finish(devnet) is Outcome.PUBLISHED
    assert BORROWER not in clients_of(devnet)
    lender.loan = loan()
    rounds = devnet.runtime.federated_round
    assert_ok(devnet.runtime, Signed(OWNER), call_of(rounds.start_round, task=0))
    assert finish(devnet, 1) is Outcome.PUBLISHED
    assert BORROWER in rounds.joined_clients(0, 1)


def test_nothing_is_lent_for_another_purpose_or_beside_rows_of_ones_own() -> None:
    lender = Lender(loan())
    devnet = lent_to((WISH, replace(operators()[CLIENTS[2]], serves=True)), lender)
    finish(devnet)
    enrolled = devnet.runtime.federated_round.enrolments_of(0, 0)[BORROWER].data
    assert enrolled is not None
    assert enrolled.root != rows_of_borrower().root
    assert lender.asked == 0
    elsewhere = lent_to((WISH, Operator()), Lender(loan()), Hash(b"\x02" * 32))
    assert finish(elsewhere) is Outcome.TOO_FEW_ENROLLED
    assert BORROWER not in elsewhere.runtime.federated_round.enrolments_of(0, 0)


def test_bytes_that_are_no_rows_keep_the_node_out_and_nothing_else() -> None:
    devnet = lent_to(WISH, Lender(Loan(b"a letter", bytes(32))))
    assert finish(devnet) is Outcome.PUBLISHED
    assert BORROWER not in clients_of(devnet)


def test_a_borrower_is_woken_when_clients_are() -> None:
    devnet = lent_to(WISH, Lender(loan()))
    rounds = devnet.runtime.federated_round
    assert rounds.with_offchain_work(1, ("nothing", WISH)) == [WISH]
