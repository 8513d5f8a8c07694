"""The extension that lets in what a call itself authorizes (frame_system::AuthorizeCall)."""

from __future__ import annotations

from chain.runtime_api import TransactionSource, ValidTransaction
from pallets.frame.authorize import authorized, weight_of_authorize
from pallets.frame.call import RuntimeCall
from pallets.frame.composition import Composition
from pallets.frame.weight import Weight
from runtime.extensions.extension import Extension


class AuthorizeCall(Extension):
    """Gives a general transaction the origin Authorized where its call says so.

    It carries and signs nothing and has no say in signed transactions, so that it costs them nothing. Simplified
    against polkadot-sdk: a signed transaction of such a call is not charged for the authorization that it skips.
    """

    identifier = "AuthorizeCall"

    def __init__(self, runtime: Composition) -> None:
        self._runtime = runtime

    def authorize(self, call: RuntimeCall, source: TransactionSource) -> tuple[ValidTransaction, Weight] | None:
        """What a pool should know, and the weight that was not used; None where the call has no authorization."""
        pallet = self._runtime.pallet_of(call)
        return authorized(pallet, call, source) if call.target.name in pallet.authorizations else None

    def weight_of(self, call: RuntimeCall) -> Weight:
        """What asking the call weighs."""
        return weight_of_authorize(self._runtime.pallet_of(call), call)
