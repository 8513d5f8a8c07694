"""An author's pallet and runtime in a folder of their own, and edits of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PALLET: Final = '''"""Counts."""

from chain.primitives import U32
from pallets.frame import Origin, Pallet, PalletEvent, StorageValue, call, config, db, ensure_signed


@config
class Config:
    """Nothing."""


class Event(PalletEvent):
    """What happened."""


class Counted(Event):
    """The count is another."""

    count: U32


class Counting(Pallet[Config]):
    count: StorageValue[U32]
    """How often."""

    @call(0, weight=db(reads=1, writes=1))
    def count_up(self, origin: Origin) -> None:
        """Count."""
        ensure_signed(origin)
        self.count.put(self.count.get() + 1)
        self.deposit_event(Counted(self.count.get()))
'''

RUNTIME: Final = '''"""A small runtime with an author's pallet."""

from chain.crypto import development
from pallets import balances, system, timestamp, transaction_payment
from runtime.construct import Runtime
from runtime.dev import DEVELOPMENT, TOKEN, UNIT, VERSION, WEIGHTS
from runtime.extensions.standard import standard_extensions

import {name}_pallet


class Composed(Runtime):
    token = TOKEN

    @classmethod
    def genesis_presets(cls):
        rich = [(development.account(name), 1000 * UNIT) for name in development.NAMES]
        return {{DEVELOPMENT: lambda: {{"Balances": balances.Genesis(balances=tuple(rich))}}}}

    def __init__(self, storage, signatures=None):
        super().__init__(storage, signatures)
        self.system = system.System(self, system.Config(version=VERSION), index=0)
        self.timestamp = timestamp.Timestamp(self, timestamp.Config(minimum_period=3000), index=1)
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=1), index=4
        )
        self.transaction_payment = transaction_payment.TransactionPayment(
            self, transaction_payment.Config(currency=self.balances, block_weights=WEIGHTS), index=5
        )
        self.counting = {name}_pallet.Counting(self, {name}_pallet.Config(), index=50)
        self.extensions = standard_extensions(self.system, self.transaction_payment, self.metadata_hash)
'''


class Author:
    """Files `<name>_pallet.py` and `<name>_runtime.py` in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.pallet, self.runtime = folder / f"{name}_pallet.py", folder / f"{name}_runtime.py"
        self.pallet.write_text(PALLET, encoding="utf-8")
        self.runtime.write_text(RUNTIME.format(name=name), encoding="utf-8")

    @property
    def chosen(self) -> str:
        """How the runtime is named."""
        return f"{self.name}_runtime:Composed"

    def edit(self, old: str, new: str) -> None:
        """Save the pallet with another text in one place."""
        text = self.pallet.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.pallet.write_text(text.replace(old, new), encoding="utf-8")

    def line_of(self, text: str) -> int:
        """Where the pallet says that."""
        lines = self.pallet.read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if text in line)
