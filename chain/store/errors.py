"""What can be wrong with a chain on disk; each message says what to do next."""

from __future__ import annotations

from pathlib import Path

from chain.primitives import Hash


class StoreError(Exception):
    """The chain in a folder cannot be used."""

    def __init__(self, folder: Path, reason: str, remedy: str) -> None:
        super().__init__(folder, reason, remedy)
        self.folder = folder
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.folder}: {self.reason}; {self.remedy}"


class StoreLocked(StoreError):
    """Another process, or another node of this one, has the folder open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "another node has this chain open", "stop that one, or choose another folder")


class StoreForeign(StoreError):
    """What is in the folder was not written by this program."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(folder, f"{what}, not a chain of palletlab", "choose another folder")


class StoreVersion(StoreError):
    """The folder was written by a program that keeps chains in another way."""

    def __init__(self, folder: Path, found: int, known: int) -> None:
        super().__init__(
            folder,
            f"a chain in version {found} of the format, of which this program knows {known}",
            "open it with the program that wrote it, or remove the folder to begin anew",
        )


class StoreOfOtherChain(StoreError):
    """The folder has the chain of another genesis."""

    def __init__(self, folder: Path, own: Hash, found: Hash) -> None:
        super().__init__(
            folder,
            f"the chain with the genesis 0x{found.hex()}, not 0x{own.hex()}",
            "give the specification that it was begun with, choose another folder, or remove this one to begin anew",
        )


class StoreDamaged(StoreError):
    """The folder has not what was written to it."""

    def __init__(self, folder: Path, reason: str) -> None:
        remedy = "restore a copy, or remove the folder to begin anew"
        super().__init__(folder, f"the chain is damaged: {reason}", remedy)


class StoreFull(StoreError):
    """There is no room for more."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(folder, f"a block cannot be kept: {reason}", "make room on the disk and start again")
