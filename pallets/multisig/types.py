"""Records of the Multisig pallet, in the layout of their stored form."""

from __future__ import annotations

from typing import Annotated

from chain.primitives import U32, AccountId, Balance, BlockNumber, Bytes32, MaxLen, RustType
from chain.record import record
from pallets.multisig.config import Config

CallHash = Bytes32
"""blake2_256 of an encoded call."""


@record
class Timepoint:
    """Which extrinsic of which block, so that it tells an operation from a later one of the same call."""

    __rust__ = RustType("pallet_multisig::Timepoint", parameters=(("BlockNumber", BlockNumber),))

    height: BlockNumber
    index: U32


@record
class Operation:
    """A call that waits for approvals.

    when: the extrinsic that opened it
    deposit: reserved of the depositor, who opened it
    approvals: those who approved so far, the depositor among them, in order
    """

    __rust__ = RustType(
        "pallet_multisig::Multisig",
        parameters=(
            ("BlockNumber", BlockNumber),
            ("Balance", Balance),
            ("AccountId", AccountId),
            ("MaxApprovals", None),
        ),
    )

    when: Timepoint
    deposit: Balance
    depositor: AccountId
    approvals: Annotated[tuple[AccountId, ...], MaxLen(Config.max_signatories)]
