"""Multisig: accounts that several others control together (pallet_multisig).

The account is derived from its signatories and from how many of them must approve; nothing is stored before the
first approval of a call, and only its hash, for a deposit, until the last.

`config`, `types` (an open operation), `events`, `errors`, `weights`, `pallet` (storage and calls).
"""

from pallets.multisig.config import Config
from pallets.multisig.errors import (
    AlreadyApproved,
    Error,
    MaxWeightTooLow,
    MinimumThreshold,
    NotFound,
    NoTimepoint,
    NotOwner,
    SenderInSignatories,
    SignatoriesOutOfOrder,
    TooFewSignatories,
    TooManySignatories,
    UnexpectedTimepoint,
    WrongTimepoint,
)
from pallets.multisig.events import (
    DepositPoked,
    Event,
    MultisigApproval,
    MultisigCancelled,
    MultisigExecuted,
    NewMultisig,
)
from pallets.multisig.pallet import Multisig
from pallets.multisig.types import Operation, Timepoint

__all__ = [
    "AlreadyApproved",
    "Config",
    "DepositPoked",
    "Error",
    "Event",
    "MaxWeightTooLow",
    "MinimumThreshold",
    "Multisig",
    "MultisigApproval",
    "MultisigCancelled",
    "MultisigExecuted",
    "NewMultisig",
    "NoTimepoint",
    "NotFound",
    "NotOwner",
    "Operation",
    "SenderInSignatories",
    "SignatoriesOutOfOrder",
    "Timepoint",
    "TooFewSignatories",
    "TooManySignatories",
    "UnexpectedTimepoint",
    "WrongTimepoint",
]
