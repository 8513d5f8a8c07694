"""Why a transaction or a block is refused, in Substrate's terms.

    raise InvalidTransaction(Invalid.STALE)
    raise InvalidTransaction(Invalid.CUSTOM, 7)
    raise UnknownTransaction(Unknown.CANNOT_LOOKUP)
    raise InvalidBlock("state root", expected=header.state_root, actual=root)

`TransactionInvalid` catches the first three. Numbers and texts are those of
sp_runtime::transaction_validity::{TransactionValidityError, InvalidTransaction, UnknownTransaction}.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar, Final

from chain.scale import DecodeError


class Invalid(IntEnum):
    """Why a transaction is known to be invalid (sp_runtime::InvalidTransaction, SCALE indices)."""

    CALL = 0
    PAYMENT = 1
    FUTURE = 2
    STALE = 3
    BAD_PROOF = 4
    ANCIENT_BIRTH_BLOCK = 5
    EXHAUSTS_RESOURCES = 6
    CUSTOM = 7
    BAD_MANDATORY = 8
    MANDATORY_VALIDATION = 9
    BAD_SIGNER = 10
    INDETERMINATE_IMPLICIT = 11
    UNKNOWN_ORIGIN = 12


class Unknown(IntEnum):
    """Why it cannot be told whether a transaction is valid (sp_runtime::UnknownTransaction, SCALE indices)."""

    CANNOT_LOOKUP = 0
    NO_UNSIGNED_VALIDATOR = 1
    CUSTOM = 2


INVALID_TEXTS: Final[dict[Invalid, str]] = {
    Invalid.CALL: "Transaction call is not expected",
    Invalid.PAYMENT: "Inability to pay some fees (e.g. account balance too low)",
    Invalid.FUTURE: "Transaction will be valid in the future",
    Invalid.STALE: "Transaction is outdated",
    Invalid.BAD_PROOF: "Transaction has a bad signature",
    Invalid.ANCIENT_BIRTH_BLOCK: "Transaction has an ancient birth block",
    Invalid.EXHAUSTS_RESOURCES: "Transaction would exhaust the block limits",
    Invalid.CUSTOM: "InvalidTransaction custom error",
    Invalid.BAD_MANDATORY: "A call was labelled as mandatory, but resulted in an Error.",
    Invalid.MANDATORY_VALIDATION: "Transaction dispatch is mandatory; transactions must not be validated.",
    Invalid.BAD_SIGNER: "Invalid signing address",
    Invalid.INDETERMINATE_IMPLICIT: "The implicit data was unable to be calculated",
    Invalid.UNKNOWN_ORIGIN: "The transaction extension did not authorize any origin",
}
"""What Substrate says for each (`From<InvalidTransaction> for &'static str`)."""

UNKNOWN_TEXTS: Final[dict[Unknown, str]] = {
    Unknown.CANNOT_LOOKUP: "Could not lookup information required to validate the transaction",
    Unknown.NO_UNSIGNED_VALIDATOR: "Could not find an unsigned validator for the unsigned transaction",
    Unknown.CUSTOM: "UnknownTransaction custom error",
}
"""What Substrate says for each (`From<UnknownTransaction> for &'static str`)."""


class TransactionInvalid(Exception):
    """A transaction is refused: it may neither wait in a pool nor stand in a block.

    variant: the reason; custom: the byte of a CUSTOM reason, None of every other
    reason: the sentence that Substrate gives for the variant
    """

    kind: ClassVar[str]
    """The variant of TransactionValidityError: "Invalid" or "Unknown"."""

    kind_index: ClassVar[int]
    """Its SCALE index."""

    def __init__(self, variant: Invalid | Unknown, custom: int | None, reason: str) -> None:
        if (variant.name == "CUSTOM") != (custom is not None):
            raise ValueError(f"{variant.name}: a custom byte belongs to CUSTOM and to nothing else, got {custom}")
        if custom is not None and not 0 <= custom <= 255:
            raise ValueError(f"custom reason {custom} does not fit a byte")
        super().__init__(variant, custom)
        self.variant = variant
        self.custom = custom
        self.reason = reason

    @property
    def encoded(self) -> bytes:
        """The SCALE bytes of the TransactionValidityError."""
        custom = b"" if self.custom is None else bytes((self.custom,))
        return bytes((self.kind_index, self.variant)) + custom

    @property
    def name(self) -> str:
        """The variant as Rust prints it: `Stale`, `Custom(7)`."""
        words = self.variant.name.title().replace("_", "")
        return words if self.custom is None else f"{words}({self.custom})"

    def __str__(self) -> str:
        return f"{self.kind} Transaction: {self.name}: {self.reason}"


class InvalidTransaction(TransactionInvalid):
    """The transaction is known to be invalid."""

    kind = "Invalid"
    kind_index = 0

    def __init__(self, variant: Invalid, custom: int | None = None) -> None:
        super().__init__(variant, custom, INVALID_TEXTS[variant])


class Undecodable(InvalidTransaction):
    """The bytes are no transaction of the runtime; a compiled one panics over them.

    error: what is wrong with them
    """

    def __init__(self, error: DecodeError) -> None:
        super().__init__(Invalid.CALL)
        self.error = error


class UnknownTransaction(TransactionInvalid):
    """Whether the transaction is valid cannot be told."""

    kind = "Unknown"
    kind_index = 1

    def __init__(self, variant: Unknown, custom: int | None = None) -> None:
        super().__init__(variant, custom, UNKNOWN_TEXTS[variant])


class InvalidBlock(Exception):
    """A block is refused.

    rule: what it breaks, in a few words ("state root", "parent is known", "inherents come first")
    expected, actual: what the rule asks for and what was found; None where there is nothing to compare
    """

    def __init__(self, rule: str, expected: object = None, actual: object = None) -> None:
        super().__init__(rule, expected, actual)
        self.rule = rule
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        given = [("expected", self.expected), ("got", self.actual)]
        values = ", ".join(f"{word} {_shown(value)}" for word, value in given if value is not None)
        return f"invalid block: {self.rule}" + (f": {values}" if values else "")


def _shown(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
