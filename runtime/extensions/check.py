"""What frame_system checks of a transaction: its sender, versions, chain, age and nonce."""

from __future__ import annotations

from collections.abc import Callable

from chain.era import IMMORTAL, Era, read_era
from chain.primitives import U8, AccountId, Compact, Hash, Nonce
from chain.runtime_api import RuntimeVersion, ValidTransaction
from chain.scale import Codec, codec_of
from chain.validity import Invalid, InvalidTransaction, Unknown, UnknownTransaction
from pallets.frame.call import RuntimeCall
from pallets.frame.weight import Weight
from pallets.system import AccountInfo, System
from runtime.extensions.extension import Extension, Transaction

NOBODY = AccountId(bytes(32))


ERA: Codec[Era] = Codec(
    name="Era",
    encode=Era.encode,
    decode=Era.decode,
    read=read_era,
    min_size=1,
    max_size=2,
    default=lambda: IMMORTAL,
    is_immutable=True,
)
"""One byte for the immortal era, two for a mortal one: a form that no annotation describes."""


class CheckNonZeroSender(Extension):
    """The account of all zeros has no key."""

    identifier = "CheckNonZeroSender"
    needs_signer = True

    def check(self, value: None, transaction: Transaction) -> None:
        if transaction.who == NOBODY:
            raise InvalidTransaction(Invalid.BAD_SIGNER)


class CheckSpecVersion(Extension):
    """Signed for this version of the runtime."""

    identifier = "CheckSpecVersion"

    def __init__(self, version: RuntimeVersion) -> None:
        self._implicit = version.spec_version.to_bytes(4, "little")

    def implicit(self, value: None) -> bytes:
        return self._implicit


class CheckTxVersion(Extension):
    """Signed for this encoding of transactions."""

    identifier = "CheckTxVersion"

    def __init__(self, version: RuntimeVersion) -> None:
        self._implicit = version.transaction_version.to_bytes(4, "little")

    def implicit(self, value: None) -> bytes:
        return self._implicit


class CheckGenesis(Extension):
    """Signed for this chain."""

    identifier = "CheckGenesis"

    def __init__(self, system: System) -> None:
        self._system = system
        self._hash: bytes | None = None

    def implicit(self, value: None) -> bytes:
        if self._hash is None:
            self._hash = self._system.block_hash.get(0)
        return self._hash


class CheckMortality(Extension):
    """Signed for a window of blocks, or for ever."""

    identifier = "CheckMortality"
    explicit = ERA

    def __init__(self, system: System, genesis: CheckGenesis) -> None:
        self._system = system
        self._genesis = genesis

    def implicit(self, value: Era) -> bytes:
        if value is IMMORTAL:
            return self._genesis.implicit(None)
        birth = value.birth(self._system.current_block_number())
        if not self._system.block_hash.contains_key(birth):
            raise InvalidTransaction(Invalid.ANCIENT_BIRTH_BLOCK)
        return self._system.block_hash.get(birth)

    def validity(self, value: Era, checked: None, transaction: Transaction) -> ValidTransaction:
        now = self._system.current_block_number()
        return ValidTransaction(longevity=max(value.death(now) - now, 0))


class WeighedMortality(CheckMortality):
    """CheckMortality with its weights, which are not the same for transactions that hold for ever."""

    def __init__(self, system: System, genesis: CheckGenesis, mortal: Weight, immortal: Weight) -> None:
        super().__init__(system, genesis)
        self.weight, self._immortal = mortal, immortal

    def weight_for(self, value: Era, call: RuntimeCall) -> Weight:
        return self._immortal if value.is_immortal else self.weight


class CheckNonce(Extension):
    """Each transaction of an account once, in order."""

    identifier = "CheckNonce"
    needs_signer = True
    explicit = codec_of(Compact[Nonce])

    def __init__(self, system: System) -> None:
        self._accounts = system.account

    def check(self, value: Nonce, transaction: Transaction) -> AccountInfo:
        account = self._accounts.get(transaction.who)
        if account.providers == 0 and account.sufficients == 0:
            raise InvalidTransaction(Invalid.PAYMENT)  # nobody there who could pay
        if value < account.nonce:
            raise InvalidTransaction(Invalid.STALE)
        return account

    def validity(self, value: Nonce, checked: AccountInfo, transaction: Transaction) -> ValidTransaction:
        who = transaction.who
        requires = (_tag(who, value - 1),) if value > checked.nonce else ()
        return ValidTransaction(requires=requires, provides=(_tag(who, value),))

    def prepare(self, value: Nonce, checked: AccountInfo, transaction: Transaction) -> None:
        if value != checked.nonce:
            raise InvalidTransaction(Invalid.FUTURE)
        self._accounts.insert(transaction.who, checked.with_nonce(value + 1))


class CheckMetadataHash(Extension):
    """Signed with the hash of the metadata that the signer saw, where the signer wants that (RFC 78).

    metadata_hash: of this runtime, asked for by the first transaction that is signed with it; None where it has none
    """

    identifier = "CheckMetadataHash"
    explicit = codec_of(U8)

    def __init__(self, metadata_hash: Callable[[], Hash | None] | None = None) -> None:
        self._metadata_hash = metadata_hash
        self._enabled: bytes | None = None

    def implicit(self, value: U8) -> bytes:
        if value == 0:
            return b"\0"  # disabled: no hash
        if value == 1:
            return self._enabled or self._ask()
        raise InvalidTransaction(Invalid.CALL)

    def _ask(self) -> bytes:
        found = None if self._metadata_hash is None else self._metadata_hash()
        if found is None:
            raise UnknownTransaction(Unknown.CANNOT_LOOKUP)
        self._enabled = b"\1" + found
        return self._enabled


def _tag(who: AccountId, nonce: int) -> bytes:
    return who + nonce.to_bytes(4, "little")
