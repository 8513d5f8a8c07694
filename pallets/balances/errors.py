"""Why Balances calls fail; most failures are TokenError or ArithmeticError instead, as in FRAME."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a Balances call failed."""


class VestingBalance(Error):
    """Vesting balance too high to send value."""


class LiquidityRestrictions(Error):
    """Account liquidity restrictions prevent withdrawal."""


class InsufficientBalance(Error):
    """Balance too low to send value."""


class ExistentialDeposit(Error):
    """Value too low to create account due to existential deposit."""


class Expendability(Error):
    """Transfer or payment would kill the account."""


class ExistingVestingSchedule(Error):
    """A vesting schedule already exists for this account."""


class DeadAccount(Error):
    """The beneficiary account must exist."""


class TooManyReserves(Error):
    """The account has as many named reserves as it may."""


class TooManyHolds(Error):
    """The account has as many holds as there are reasons."""


class TooManyFreezes(Error):
    """The account has as many freezes as it may."""


class IssuanceDeactivated(Error):
    """The issuance cannot go below what is deactivated."""


class DeltaZero(Error):
    """The issuance would not change."""
