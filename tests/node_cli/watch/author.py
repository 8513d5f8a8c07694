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

RUNTIME: Final = '''"""The development runtime, and an author's pallet."""

from chain.state.overlay import Overlay
from runtime.dev import DevRuntime

import {name}_pallet


class Composed(DevRuntime):
    def __init__(self, storage: Overlay, signatures=None) -> None:
        super().__init__(storage, signatures)
        self.counting = {name}_pallet.Counting(self, {name}_pallet.Config(), index=50)
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
