"""Types as Rust declares them where Python declares the same bytes otherwise; only metadata uses these.

`STAND_INS` says which Python type each of them stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Annotated, Any, Final, Generic, TypeVar

from chain.block import Block, Header
from chain.primitives import U8, U32, U128, AccountId, Balance, Bytes4, Bytes8, Compact, Enumeration, RustType
from chain.record import record
from chain.runtime_api import RuntimeVersion
from pallets.frame.error import ArithmeticCode, DispatchFailure, TokenError, TransactionalError
from pallets.frame.weight import DispatchClass, Pays, Weight
from pallets.system.limits import BlockLength, BlockWeights
from pallets.system.types import AccountData, ConsumedWeight, DispatchEventInfo, LastRuntimeUpgradeInfo

T = TypeVar("T")

Apis = tuple[tuple[Bytes8, U32], ...]
CowStr = Annotated[str, RustType("Cow", parameters=(("T", str),))]
CowApis = Annotated[Apis, RustType("Cow", parameters=(("T", Apis),))]


@record
class Version:
    """Which runtime this is."""

    __rust__ = RustType("sp_version::RuntimeVersion")

    spec_name: CowStr
    impl_name: CowStr
    authoring_version: U32
    spec_version: U32
    impl_version: U32
    apis: CowApis
    transaction_version: U32
    system_version: U8


@record
class LastUpgrade:
    """The runtime version that last migrated the state."""

    __rust__ = RustType("frame_system::LastRuntimeUpgradeInfo")

    spec_version: Compact[U32]
    spec_name: CowStr


ExtraFlags = Annotated[U128, RustType("pallet_balances::types::ExtraFlags")]


@record
class Funds:
    """An account's balance."""

    __rust__ = RustType("pallet_balances::types::AccountData", parameters=(("Balance", Balance),))

    free: Balance
    reserved: Balance
    frozen: Balance
    flags: ExtraFlags


# Weights


@record
class PerDispatchClass(Generic[T]):
    """A value for each dispatch class."""

    __rust__ = RustType("frame_support::dispatch::PerDispatchClass")

    normal: T
    operational: T
    mandatory: T


@record
class WeightsPerClass:
    """Weight limits of one dispatch class."""

    __rust__ = RustType("frame_system::limits::WeightsPerClass")

    base_extrinsic: Weight
    max_extrinsic: Weight | None
    max_total: Weight | None
    reserved: Weight | None


@record
class Weights:
    """Weight limits of a block."""

    __rust__ = RustType("frame_system::limits::BlockWeights")

    base_block: Weight
    max_block: Weight
    per_class: PerDispatchClass[WeightsPerClass]


@record
class Length:
    """Length limits of a block."""

    __rust__ = RustType("frame_system::limits::BlockLength")

    max: PerDispatchClass[U32]


@record
class EventInfo:
    """What an extrinsic cost, as its event tells."""

    __rust__ = RustType("frame_system::DispatchEventInfo")

    weight: Weight
    class_: DispatchClass
    pays_fee: Pays


# Blocks


@record
class Extrinsic:
    """An extrinsic of the runtime, whose type its extensions make."""


@record
class OpaqueBlock:
    """A block of the runtime."""

    __rust__ = RustType(
        "sp_runtime::generic::block::Block", parameters=(("Header", "header"), ("Extrinsic", Extrinsic))
    )

    header: Header
    extrinsics: list[Extrinsic]


# Dispatch errors


@record
class ModuleError:
    """A pallet's own error: the pallet's index, and the error's with what it holds."""

    __rust__ = RustType("sp_runtime::ModuleError")

    index: U8
    error: Bytes4


class TrieError(IntEnum):
    """Why a proof cannot be used."""

    __rust__ = RustType("sp_runtime::proving_trie::TrieError")

    INVALID_STATE_ROOT = 0
    INCOMPLETE_DATABASE = 1
    VALUE_AT_INCOMPLETE_KEY = 2
    DECODER_ERROR = 3
    INVALID_HASH = 4
    DUPLICATE_KEY = 5
    EXTRANEOUS_NODE = 6
    EXTRANEOUS_VALUE = 7
    EXTRANEOUS_HASH_REFERENCE = 8
    INVALID_CHILD_REFERENCE = 9
    VALUE_MISMATCH = 10
    INCOMPLETE_PROOF = 11
    ROOT_MISMATCH = 12
    DECODE_ERROR = 13


class DispatchError(Enumeration):
    """Why a dispatch failed."""

    __rust__ = RustType("sp_runtime::DispatchError", unnamed=True)


class Other(DispatchError, index=0):
    """Unspecified."""


class CannotLookup(DispatchError, index=1):
    """An address names no account."""


class BadOrigin(DispatchError, index=2):
    """The call may not be made in this name."""


class Module(DispatchError, index=3):
    """A pallet's own error."""

    error: ModuleError


class ConsumerRemaining(DispatchError, index=4):
    """The account is still consumed and cannot be destroyed."""


class NoProviders(DispatchError, index=5):
    """The account has no provider and cannot be created or consumed."""


class TooManyConsumers(DispatchError, index=6):
    """The account has too many consumers."""


class Token(DispatchError, index=7):
    """Tokens cannot move."""

    error: TokenError


class Arithmetic(DispatchError, index=8):
    """A number left its type."""

    error: ArithmeticCode


class Transactional(DispatchError, index=9):
    """Too many nested storage layers."""

    error: TransactionalError


class Exhausted(DispatchError, index=10):
    """Resources are used up."""


class Corruption(DispatchError, index=11):
    """The state is corrupt."""


class Unavailable(DispatchError, index=12):
    """A resource is not there at the moment."""


class RootNotAllowed(DispatchError, index=13):
    """Root may not do this."""


class Trie(DispatchError, index=14):
    """A proof cannot be used."""

    error: TrieError


# Origins


class RawOrigin(Enumeration):
    """In whose name a call is dispatched: System's own origins."""

    __rust__ = RustType("frame_support::dispatch::RawOrigin", unnamed=True, parameters=(("AccountId", AccountId),))


class Root(RawOrigin, index=0):
    """The system itself."""


class Signed(RawOrigin, index=1):
    """An account."""

    who: AccountId


class NoneCase(RawOrigin, index=2):
    """Nobody."""

    __rust__ = RustType("None")


class Authorized(RawOrigin, index=3):
    """Nobody, for a call whose pallet authorized it."""


STAND_INS: Final[Mapping[Any, Any]] = {
    AccountData: Funds,
    Block: OpaqueBlock,
    BlockLength: Length,
    BlockWeights: Weights,
    ConsumedWeight: PerDispatchClass[Weight],
    DispatchEventInfo: EventInfo,
    DispatchFailure: DispatchError,
    LastRuntimeUpgradeInfo: LastUpgrade,
    RuntimeVersion: Version,
}
"""What metadata describes in place of a Python type, wherever that stands."""
