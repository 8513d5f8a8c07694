"""Every refusal is one of the protocol's, and says whom it blames."""

from __future__ import annotations

import inspect

import pytest

from pallets.learning.secure_aggregation import refusals
from pallets.learning.secure_aggregation.refusals import SecureAggregationError, WrongDealing, WrongShare

KINDS = [kind for _, kind in inspect.getmembers(refusals, inspect.isclass) if kind.__module__ == refusals.__name__]


@pytest.mark.parametrize("kind", KINDS)
def test_a_caller_catches_all_of_them_at_once_and_as_wrong_values(kind: type[Exception]) -> None:
    assert issubclass(kind, SecureAggregationError)
    assert issubclass(kind, ValueError)


def test_no_refusal_passes_as_another() -> None:
    """A type for each attack: but for the root none is above another."""
    others = [kind for kind in KINDS if kind is not SecureAggregationError]
    assert len(others) == 11
    assert all(not issubclass(one, other) for one in others for other in others if one is not other)


def test_shares_and_dealings_name_whom_to_blame() -> None:
    share, dealing = WrongShare(3, 5), WrongDealing(7)
    assert (share.holder, share.dealer, dealing.dealer) == (3, 5, 7)
    assert str(share) == "client 3 gave a share of client 5 that the dealer has not committed to"
    assert str(dealing) == "the shares of client 7 do not give the secret that it announced"
