"""Mistakes in the declaration of authorizations are found, all together."""

# ruff: noqa: ARG001  # what is declared here is never called

from __future__ import annotations

from typing import Any

import pytest

from chain.primitives import U32
from chain.runtime_api import TransactionSource, ValidTransaction
from pallets.frame.authorize import Authorization, authorize
from pallets.frame.call import call
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet
from pallets.frame.weight import Weight


def test_planted_mistakes_are_reported_together() -> None:
    def submit(self: Any, origin: Origin, value: U32) -> None:
        """A call."""

    def other(self: Any, source: TransactionSource, amount: U32) -> Authorization:
        return ValidTransaction()

    def again(self: Any, source: TransactionSource, value: U32) -> Authorization:
        return ValidTransaction()

    def plain(self: Any, origin: Origin) -> None:
        """No call."""

    def lost(self: Any, source: TransactionSource) -> Authorization:
        return ValidTransaction()

    untyped: Any = authorize  # a type checker finds what is planted here, too
    members = {
        "__module__": __name__,
        "submit": call(0, weight=Weight())(submit),
        "other": untyped(submit)(other),
        "again": untyped(submit, weight=len)(again),
        "plain": plain,
        "lost": authorize(plain)(lost),
    }
    with pytest.raises(DeclarationMistakes) as caught:
        type("Mistaken", (Pallet,), members)
    texts = [mistake.text for mistake in caught.value.mistakes]
    assert texts == [
        "other: an authorization takes `source` and what submit takes",
        "again: other authorizes submit already",
        "again: len asks for obj, which is no parameter of the call",
        "lost: plain is no call of this pallet",
    ]
