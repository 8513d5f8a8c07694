"""What a transaction extension is, and what it is told of the transaction."""

from __future__ import annotations

from typing import Any

from chain.primitives import AccountId
from chain.record import record
from chain.runtime_api import ValidTransaction
from chain.scale import Codec
from pallets.frame.call import RuntimeCall
from pallets.frame.weight import NO_WEIGHT, DispatchInfo, PostDispatchInfo, Weight


@record
class Transaction:
    """A signed transaction on its way to its call.

    length: bytes of the extrinsic with its length prefix
    """

    who: AccountId
    call: RuntimeCall
    info: DispatchInfo
    length: int


class Extension:
    """One step around a call. A pool asks `check` and `validity`; a block runs `check`, `prepare`, the call,
    `post_dispatch`. The first three refuse by raising TransactionInvalid.

    explicit: codec of what the transaction carries for it, None for nothing
    """

    identifier: str
    explicit: Codec[Any] | None = None
    weight: Weight = NO_WEIGHT

    needs_signer: bool = False
    """Whether it is about the signer, and lets transactions without one pass."""

    def weight_for(self, value: Any, call: RuntimeCall) -> Weight:
        """What it weighs for a transaction that carries this; `weight`, where an extension does not say otherwise."""
        return self.weight

    def implicit(self, value: Any) -> bytes:
        """What is signed but not sent."""
        return b""

    def check(self, value: Any, transaction: Transaction) -> Any:
        """Whether the transaction may wait or run; what `validity` or `prepare` shall be given. Writes nothing."""
        return None

    def validity(self, value: Any, checked: Any, transaction: Transaction) -> ValidTransaction | None:
        """What a pool should know of the transaction."""
        return None

    def prepare(self, value: Any, checked: Any, transaction: Transaction) -> Any:
        """Before the call; what `post_dispatch` shall be given."""
        return None

    def post_dispatch(self, carried: Any, transaction: Transaction, post: PostDispatchInfo) -> Weight | None:
        """After the call, whether or not it failed; the weight that the extension did not use, None for nothing.

        post: its weight is that of call and extensions, less what the extensions before this one did not use
        """
        return None
