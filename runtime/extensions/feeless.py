"""Calls that cost nothing under a condition (pallet_skip_feeless_payment::SkipCheckIfFeeless).

SkipCheckIfFeeless(ChargeTransactionPayment(system, payment), runtime, skip_feeless_payment)
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from chain.runtime_api import ValidTransaction
from pallets.frame.call import RuntimeCall
from pallets.frame.origin import Signed
from pallets.frame.weight import PostDispatchInfo, Weight
from pallets.skip_feeless_payment import SkipFeelessPayment
from runtime.extensions.extension import Extension, Transaction

_SKIPPED: Final = object()
"""What is carried from step to step where the wrapped extension was left out."""


class Pallets(Protocol):
    """What is asked of the composition."""

    def pallet_of(self, call: RuntimeCall) -> object:
        """The pallet whose call it is."""
        ...


class SkipCheckIfFeeless(Extension):
    """Another extension, left out for calls whose `feeless_if` holds; from outside it looks like that other.

    The condition is asked once, before the call; only the outermost call of a transaction counts.
    """

    def __init__(self, inner: Extension, pallets: Pallets, teller: SkipFeelessPayment) -> None:
        self._inner, self._pallets, self._teller = inner, pallets, teller
        self.identifier, self.explicit, self.weight = inner.identifier, inner.explicit, inner.weight
        self.needs_signer = inner.needs_signer

    def weight_for(self, value: Any, call: RuntimeCall) -> Weight:
        return self._inner.weight_for(value, call)

    def implicit(self, value: Any) -> bytes:
        return self._inner.implicit(value)

    def check(self, value: Any, transaction: Transaction) -> Any:
        call = transaction.call
        if call.is_feeless(self._pallets.pallet_of(call), Signed(transaction.who)):
            return _SKIPPED
        return self._inner.check(value, transaction)

    def validity(self, value: Any, checked: Any, transaction: Transaction) -> ValidTransaction | None:
        return None if checked is _SKIPPED else self._inner.validity(value, checked, transaction)

    def prepare(self, value: Any, checked: Any, transaction: Transaction) -> Any:
        return _SKIPPED if checked is _SKIPPED else self._inner.prepare(value, checked, transaction)

    def post_dispatch(self, carried: Any, transaction: Transaction, post: PostDispatchInfo) -> Weight | None:
        if carried is not _SKIPPED:
            return self._inner.post_dispatch(carried, transaction, post)
        self._teller.tell_skipped(Signed(transaction.who))
        return None
