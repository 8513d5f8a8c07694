"""Amounts in tokens and in planck, the smallest part of one."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Final

from chain.record import record

_EXACT: Final = Context(prec=99, Emax=99, traps=[Inexact, InvalidOperation, Overflow])
"""More digits than any amount has, and never rounded."""


@record
class Currency:
    """What a chain's token is called, and how many decimals it has."""

    symbol: str
    decimals: int

    @property
    def unit(self) -> int:
        """One token in planck."""
        return int(10**self.decimals)

    def planck(self, tokens: int | str | Decimal) -> int:
        """An amount of tokens in planck: `planck("1.5")`; raises ValueError for what is finer than a planck."""
        try:
            amount = Decimal(tokens).scaleb(self.decimals, _EXACT)
        except (ArithmeticError, ValueError):
            raise ValueError(f"{tokens!r} is no amount: a number as 2 or '1.5'") from None
        if not amount.is_finite() or amount != int(amount):
            raise ValueError(f"{tokens} {self.symbol} is no whole number of planck: {self.decimals} decimals at most")
        return int(amount)

    def tokens(self, planck: int) -> str:
        """An amount of planck in tokens: `1.5 UNIT`."""
        whole, part = divmod(abs(planck), self.unit)
        fraction = f"{part:0{self.decimals}d}".rstrip("0") if part else ""
        return f"{'-' if planck < 0 else ''}{whole:,}{f'.{fraction}' if fraction else ''} {self.symbol}"
