"""From the name of a call to its result in a block: compose, sign, submit, wait.

result = net.tx.Balances.transfer_keep_alive(dest=bob, value=net.unit).submit(alice)
result.events, result.fee, result.error
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from inspect import Parameter, Signature
from typing import Any, Final, Protocol

from chain.client.blocks import ExtrinsicView, shown_arguments
from chain.client.runtimes import KnownRuntime
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.era import IMMORTAL, Era
from chain.metadata import Call, DecodedExtrinsic, Signer, era_value
from chain.metadata.portable import Variant
from chain.primitives import Hash
from chain.scale import EncodeError

_SIGNATURES: Final = {Scheme.ED25519: "Ed25519", Scheme.SR25519: "Sr25519", Scheme.ECDSA: "Ecdsa"}

TIMEOUT: Final = 60.0
"""Seconds in which a transaction gets into a block."""


class Chain(Protocol):
    """What composed calls need of a chain."""

    def runtime(self) -> KnownRuntime:
        """The runtime of the next block."""
        ...

    def best_number(self) -> int:
        """The number of the best block."""
        ...

    def hash_of(self, block: int) -> Hash:
        """The hash of the best chain's block of that number."""
        ...

    def nonce(self, who: KeyPair) -> int:
        """The nonce of the account's next transaction."""
        ...

    def send(self, extrinsic: bytes) -> Hash:
        """Hand an extrinsic to the pool; raises TransactionRefused."""
        ...

    def included(self, transaction: Hash, since: int, timeout: float) -> ExtrinsicView:
        """The transaction in its block, which is above `since`; raises NotIncluded."""
        ...

    def fee(self, extrinsic: bytes) -> int:
        """What the extrinsic would cost."""
        ...


class CallMaker:
    """One call of a pallet: give it its arguments, and it is composed."""

    def __init__(self, chain: Chain, pallet: str, name: str) -> None:
        """Raises NotInMetadata."""
        variant = chain.runtime().metadata.calls.variant(pallet, name)
        self._chain, self._pallet, self._name = chain, pallet, name
        self.__name__ = name
        self.__doc__ = "\n".join(variant.docs).strip() or f"{pallet}.{name}"
        self.__signature__ = Signature(
            [Parameter(str(each), Parameter.POSITIONAL_OR_KEYWORD) for each in _names(variant) if each.isidentifier()]
        )

    def __call__(self, *arguments: Any, **named: Any) -> ComposedCall:
        """Compose the call; raises EncodeError for arguments that it does not have, or that are not of its types."""
        runtime = self._chain.runtime()
        variant = runtime.metadata.calls.variant(self._pallet, self._name)
        what, names = f"{self._pallet}.{self._name}", _names(variant)
        if len(arguments) > len(names):
            raise EncodeError(what, f"{len(arguments)} arguments, and it has {', '.join(names) or 'none'}")
        given = dict(zip(names, arguments, strict=False))
        twice = next((name for name in named if name in given), None)
        if twice is not None:
            raise EncodeError(what, f"{twice} is given twice")
        given.update(named)
        _require_all(what, names, given)
        types = {name: field.type_id for name, field in zip(names, variant.fields, strict=True)}
        call: Call = Call(
            self._pallet, self._name, {name: runtime.values.taken(types[name], given[name]) for name in names}
        )
        runtime.metadata.calls.encode_call(call)  # so that mistakes are told here
        return ComposedCall(self._chain, call)

    def __repr__(self) -> str:
        return f"<call {self._pallet}.{self._name}{self.__signature__}>"


class ComposedCall:
    """A call with its arguments: sign it, submit it, or hand it to another call as an argument."""

    def __init__(self, chain: Chain, call: Call) -> None:
        self._chain = chain
        self._call = call

    @property
    def call(self) -> Call:
        """Names, and values as metadata's codecs have them."""
        return self._call

    @property
    def data(self) -> bytes:
        """The encoded call."""
        return self._chain.runtime().metadata.calls.encode_call(self._call)

    def signed(
        self,
        key: KeyPair,
        *,
        nonce: int | None = None,
        tip: int = 0,
        mortal: int | None = None,
        extensions: Mapping[str, Any] | None = None,
        implicit: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The signed extrinsic, without length prefix.

        nonce: the account's next one unless given; mortal: blocks for which it is valid, None for ever
        extensions, implicit: what transaction extensions carry, and add to what is signed, by identifier, where that
        is not what most wallets choose
        """
        runtime, number = self._chain.runtime(), self._chain.best_number()
        era = IMMORTAL if mortal is None else Era.mortal(mortal, number)
        chosen = self._chain.nonce(key) if nonce is None else nonce
        extra = {**_carried(runtime, chosen, tip, era), **(extensions or {})}
        genesis, born = self._chain.hash_of(0), self._chain.hash_of(era.birth(number))
        additional = {**_implicit(runtime, genesis, born), **(implicit or {})}
        extrinsics = runtime.metadata.extrinsics
        payload = extrinsics.signing_payload(self._call, extra, additional)
        view = runtime.metadata.view.extrinsic
        signer = Signer(runtime.values.taken(view.address, key), {_SIGNATURES[key.scheme]: key.sign(payload)})
        return extrinsics.encode(DecodedExtrinsic(4, self._call, signer, extra))

    def send(self, key: KeyPair, **options: Any) -> Transaction:
        """Sign as `signed`, hand it to the pool, and do not wait; raises TransactionRefused."""
        extrinsic, since = self.signed(key, **options), self._chain.best_number()
        return Transaction(self._chain, self._chain.send(extrinsic), since)

    def submit(self, key: KeyPair, *, timeout: float = TIMEOUT, **options: Any) -> ExtrinsicView:
        """Sign as `signed`, hand it to the pool, and wait until it is in a block; a failed call is no exception.

        Raises TransactionRefused, and NotIncluded after `timeout` seconds.
        """
        return self.send(key, **options).wait(timeout)

    def fee(self, key: KeyPair, **options: Any) -> int:
        """What `submit` would cost, in planck."""
        return self._chain.fee(self.signed(key, **options))

    def __repr__(self) -> str:
        arguments = shown_arguments(self._chain.runtime(), self._call)
        return (
            f"{self._call.pallet}.{self._call.name}({', '.join(f'{name}={arguments[name]!r}' for name in arguments)})"
        )

    def _repr_html_(self) -> str:
        return f"<code>{escape(repr(self))}</code>"


class Transaction:
    """A transaction that waits in the pool, or did.

    since: the best block's number when it was submitted
    """

    def __init__(self, chain: Chain, transaction_hash: Hash, since: int) -> None:
        self._chain = chain
        self.hash = transaction_hash
        self.since = since

    def wait(self, timeout: float = TIMEOUT) -> ExtrinsicView:
        """It in its block; raises NotIncluded after so many seconds, or where the pool has dropped it."""
        return self._chain.included(self.hash, self.since, timeout)

    def __repr__(self) -> str:
        return f"<transaction 0x{self.hash.hex()}>"


def _names(variant: Variant) -> list[str]:
    """The arguments, numbered where the call does not name them."""
    return [str(number) if field.name is None else field.name for number, field in enumerate(variant.fields)]


def _require_all(what: str, names: list[str], given: Mapping[str, Any]) -> None:
    odd = [name for name in given if name not in names]
    missing = [name for name in names if name not in given]
    if odd or missing:
        wrong = f"it has no {odd[0]}" if odd else f"{missing[0]} is missing"
        raise EncodeError(what, f"{wrong}; its arguments are {', '.join(names) or 'none'}")


def _carried(runtime: KnownRuntime, nonce: int, tip: int, era: Era) -> dict[str, Any]:
    """What the usual extensions put into an extrinsic, of those that the runtime has."""
    usual = {
        "CheckMortality": era_value(era),
        "CheckEra": era_value(era),
        "CheckNonce": nonce,
        "ChargeTransactionPayment": tip,
        "ChargeAssetTxPayment": {"tip": tip, "asset_id": "None"},
        "CheckMetadataHash": {"mode": "Disabled"},
    }
    return _of_this(runtime, usual)


def _implicit(runtime: KnownRuntime, genesis: Hash, born: Hash) -> dict[str, Any]:
    """What the usual extensions add to the payload."""
    version = runtime.version
    usual = {
        "CheckSpecVersion": version.spec_version,
        "CheckTxVersion": version.transaction_version,
        "CheckGenesis": genesis,
        "CheckMortality": born,
        "CheckEra": born,
        "CheckMetadataHash": "None",
    }
    return _of_this(runtime, usual)


def _of_this(runtime: KnownRuntime, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.identifier for each in runtime.metadata.view.extrinsic.extension_sets.get(0, ())}
    return {name: value for name, value in values.items() if name in names}
