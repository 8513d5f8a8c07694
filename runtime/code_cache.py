"""The code of runtimes that was made before, in the user's cache folder: to make it takes half of a node's start.

    code = CodeCache.of_user().code(runtime, make)

A module is found again by all that it is made of: the version, what pallets and extensions are configured with, and
the sources of whatever is imported, so an edit anywhere makes another one. Files are written whole or not at all, and
begin with the hash of what follows: one that is damaged is made again. Where nothing can be kept nothing is.

    blake2_256(module) ‖ module
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from os import stat
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import time
from typing import Final

import chain
import runtime as own
from chain.crypto.hashing import blake2_256
from chain.runtime_api import RuntimeVersion
from chain.scale import codec_of
from pallets.frame.constants import constants_of
from runtime.construct import Runtime

FOLDER: Final = "PALLETLAB_CACHE"
"""Names another folder than the one that the system has for such things; empty for none."""

SETTLED_SECONDS: Final = 60.0
"""A source that was edited more recently may have been another one when it was imported."""

KEPT: Final = 16
"""Modules in the folder; the oldest goes when one more comes."""

_HASH: Final = 32

_LATE: Final = (Path(chain.__path__[0]) / "metadata", Path(own.__path__[0]) / "metadata")
"""What describes runtimes, and is imported for nothing else."""


class CodeCache:
    """Modules in a folder, by what they are made of; None for no folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @classmethod
    def of_user(cls) -> CodeCache:
        """The one that all nodes of a user share."""
        named = os.environ.get(FOLDER)
        if named is not None:
            return cls(Path(named) if named else None)
        caches = os.environ.get("XDG_CACHE_HOME")
        try:
            return cls((Path(caches) if caches else Path.home() / ".cache") / "palletlab" / "code")
        except RuntimeError:  # nobody's home
            return cls(None)

    def code(self, runtime: Runtime, make: Callable[[], bytes]) -> bytes:
        """The module of this runtime, made if it is not there."""
        key = None if self._folder is None else key_of(runtime)
        if self._folder is None or key is None:
            return make()
        file = self._folder / f"{key.hex()}.wasm"
        found = _read(file)
        if found is None:
            found = make()
            with suppress(OSError):
                _write(file, found)
        return found


def key_of(runtime: Runtime) -> bytes | None:
    """The hash of all that a runtime's code is made of; None where some of it is in no file that has settled."""
    kind = type(runtime)
    kinds = [kind, *(type(pallet) for pallet in runtime.pallets), *(type(each.config) for each in runtime.pallets)]
    modules = {each.__module__ for every in kinds for each in every.__mro__} - {"builtins"}
    if any(getattr(sys.modules[name], "__file__", None) is None for name in modules):
        return None
    try:
        sources = _sources()
    except OSError:
        return None
    said = (sys.version, f"{kind.__module__}:{kind.__qualname__}", *_said(runtime))
    parts = [*(text.encode() for text in said), codec_of(RuntimeVersion).encode(runtime.version), *sources]
    return blake2_256(b"".join(len(part).to_bytes(8, "little") + part for part in parts))


def _said(runtime: Runtime) -> Iterable[str]:
    """What objects of one class may differ in."""
    yield from (each.identifier for each in runtime.extensions.extensions)
    for pallet in runtime.pallets:
        yield f"{pallet.name} {pallet.index} {type(pallet).__module__}:{type(pallet).__qualname__}"
        for constant in constants_of(type(pallet.config)):
            value = getattr(pallet.config, constant.field)
            yield f"{constant.name} {codec_of(constant.hint, pallet.layout.scope).encode(value).hex()}"


def _sources() -> Iterable[bytes]:
    """Name and text of every Python file that is imported, the interpreter's own aside, and of those that will be.

    Raises OSError, also where one has not settled.
    """
    standard = str(Path(os.__file__).parent)  # `sysconfig` knows it too, and takes longer to import than all this
    files = {file for module in tuple(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    files |= {str(file) for folder in _LATE for file in folder.glob("*.py")}
    found: list[bytes] = []
    latest = time() - SETTLED_SECONDS
    for file in sorted(files):
        is_standard = file.startswith(standard) and "site-packages" not in file
        if is_standard or not file.endswith(".py"):
            continue
        if stat(file).st_mtime > latest:
            raise OSError(f"{file} is too young")
        found += (file.encode(), Path(file).read_bytes())
    return found


def _read(file: Path) -> bytes | None:
    try:
        content = file.read_bytes()
    except OSError:
        return None
    code = content[_HASH:]
    return code if content[:_HASH] == blake2_256(code) else None


def _write(file: Path, code: bytes) -> None:
    """Put the file there as a whole, and take away the oldest beyond those that are kept; raises OSError."""
    folder = file.parent
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, delete=False) as written:
        written.write(blake2_256(code) + code)
    Path(written.name).replace(file)
    kept = sorted(folder.glob("*.wasm"), key=lambda each: each.stat().st_mtime)
    for old in kept[:-KEPT]:
        old.unlink(missing_ok=True)
