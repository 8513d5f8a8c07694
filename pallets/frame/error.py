"""Dispatch errors: the expected ways in which a call fails (sp_runtime::DispatchError).

A call fails by raising. `DispatchError` is what is raised; `DispatchFailure` is the value that stands in events
and results, with Substrate's indices. A pallet's own errors are classes:

    class Error(PalletError):
        "Why a call failed."

    class AlreadySubmitted(Error):
        "The account has a forecast in this block already."

They are numbered in order of definition, and `raise AlreadySubmitted` rolls the call back.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, ClassVar

from chain.primitives import U8, Bytes4, Enumeration
from pallets.frame.weight import PostDispatchInfo


class TokenError(IntEnum):
    """Why tokens cannot move."""

    FUNDS_UNAVAILABLE = 0
    ONLY_PROVIDER = 1
    BELOW_MINIMUM = 2
    CANNOT_CREATE = 3
    UNKNOWN_ASSET = 4
    FROZEN = 5
    UNSUPPORTED = 6
    CANNOT_CREATE_HOLD = 7
    NOT_EXPENDABLE = 8
    BLOCKED = 9


class ArithmeticCode(IntEnum):
    """Which arithmetic rule was broken (sp_runtime::ArithmeticError)."""

    UNDERFLOW = 0
    OVERFLOW = 1
    DIVISION_BY_ZERO = 2


class TransactionalError(IntEnum):
    """Why a storage layer cannot be opened."""

    LIMIT_REACHED = 0
    NO_LAYER = 1


class DispatchFailure(Enumeration):
    """The value form of a dispatch error."""


class Other(DispatchFailure, index=0):
    """Unspecified."""


class CannotLookup(DispatchFailure, index=1):
    """An address names no account."""


class BadOriginFailure(DispatchFailure, index=2):
    """The call may not be made in this name."""


class ModuleFailure(DispatchFailure, index=3):
    """A pallet's own error."""

    pallet: U8
    error: Bytes4


class ConsumerRemaining(DispatchFailure, index=4):
    """The account is still consumed and cannot be destroyed."""


class NoProviders(DispatchFailure, index=5):
    """The account has no provider and cannot be created or consumed."""


class TooManyConsumers(DispatchFailure, index=6):
    """The account has too many consumers."""


class TokenFailure(DispatchFailure, index=7):
    """Tokens cannot move."""

    error: TokenError


class ArithmeticFailure(DispatchFailure, index=8):
    """A number left its type."""

    error: ArithmeticCode


class TransactionalFailure(DispatchFailure, index=9):
    """Too many nested storage layers."""

    error: TransactionalError


class Exhausted(DispatchFailure, index=10):
    """Resources are used up."""


class Corruption(DispatchFailure, index=11):
    """The state is corrupt."""


class Unavailable(DispatchFailure, index=12):
    """A resource is not there at the moment."""


class RootNotAllowed(DispatchFailure, index=13):
    """Root may not do this."""


class DispatchError(Exception):
    """A call failed in an expected way; its storage changes are rolled back, its fee stays paid."""

    post_info: PostDispatchInfo = PostDispatchInfo()
    """What the call used until it failed, where it says (sp_runtime::DispatchErrorWithPostInfo)."""

    def __init__(self, failure: DispatchFailure) -> None:
        super().__init__(describe(failure))
        self.failure = failure


def describe(failure: DispatchFailure) -> str:
    """A failure as polkadot-sdk prints it: `Token(BelowMinimum)`."""
    name = type(failure).__name__.removesuffix("Failure")
    detail = getattr(failure, "error", None)
    if isinstance(detail, IntEnum):
        return f"{name}({''.join(word.capitalize() for word in detail.name.split('_'))})"
    if isinstance(failure, ModuleFailure):
        return f"Module(pallet {failure.pallet}, error {failure.error[0]})"
    return name


class BadOrigin(DispatchError):
    """The call may not be made in this name."""

    def __init__(self) -> None:
        super().__init__(BadOriginFailure())


class TokenProblem(DispatchError):
    """Tokens cannot move, for the reason given."""

    def __init__(self, reason: TokenError) -> None:
        super().__init__(TokenFailure(reason))


class ArithmeticProblem(DispatchError):
    """A number left its type."""

    def __init__(self, reason: ArithmeticCode) -> None:
        super().__init__(ArithmeticFailure(reason))


class PalletError(DispatchError):
    """Base of the errors that pallets declare.

    A direct subclass is a pallet's error enum; each subclass of that is one error. Which pallet of a runtime an
    error belongs to is known where it is caught: `Composition.failure_of` turns it into its `ModuleFailure`.
    """

    errors: ClassVar[dict[int, type[PalletError]]]
    """On the enum: its errors by index."""

    index: ClassVar[int]
    """On an error: its number within the pallet."""

    _role: ClassVar[str] = "family"

    def __init_subclass__(cls, *, index: int | None = None, **_: Any) -> None:
        if cls._role == "family":
            cls._role, cls.errors = "enum", {}
            return
        cls._role = "error"
        cls.index = max(cls.errors, default=-1) + 1 if index is None else index
        if cls.index in cls.errors or not 0 <= cls.index <= 255:
            raise TypeError(f"{cls.__qualname__}: error index {cls.index} is taken or does not fit a byte")
        cls.errors[cls.index] = cls

    def __init__(self) -> None:
        Exception.__init__(self, type(self).__name__)


def ensure(condition: bool, error: type[PalletError] | DispatchError) -> None:
    """Raises `error` unless `condition` holds."""
    if not condition:
        raise error
