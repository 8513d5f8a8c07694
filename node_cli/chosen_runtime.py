"""The runtime that a development node runs: the one of this repository, or an author's own, `module:Class`."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from traceback import extract_tb
from typing import Final

from chain.node.signature_cache import SignatureCache
from chain.record import record
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.declaration import DeclarationMistakes
from runtime.construct import Runtime
from runtime.dev import DEVELOPMENT, LOCAL_TESTNET
from runtime.genesis import build_genesis

STANDARD: Final = "runtime.dev:DevRuntime"


_NOBODYS: Final = ("<frozen", str(importlib.__file__), __file__)
"""Frames between the command and an author's code."""


class NotARuntime(ValueError):
    """What should be a runtime is none; the message is one sentence, or one for each mistake in it."""


@record
class ChosenRuntime:
    """A runtime class, and where it is found again after an edit."""

    module: str
    class_name: str
    runtime: type[Runtime]

    def make(self, signatures: SignatureCache, storage: Overlay) -> Runtime:
        """The runtime on a state."""
        return self.runtime(storage, signatures)

    def genesis(self) -> Trie:
        """Block zero: the runtime's preset for test networks, or for development; its pallets' defaults without."""
        presets = self.runtime.genesis_presets()
        preset = presets.get(LOCAL_TESTNET) or presets.get(DEVELOPMENT)
        state_version = self.runtime(Overlay(Trie.empty(1))).version.state_version
        return build_genesis(self.runtime, {} if preset is None else preset(), state_version)


def chosen_runtime(text: str = STANDARD) -> ChosenRuntime:
    """The runtime that `module:Class` names, modules of the current folder included; raises NotARuntime."""
    module, _, class_name = text.partition(":")
    if not class_name or not all(part.isidentifier() for part in module.split(".")):
        raise NotARuntime(f"{text!r} names no runtime: write module:Class, as {STANDARD}")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        names = vars(importlib.import_module(module))
        return ChosenRuntime(module, class_name, runtime_class(names, module, class_name))
    except NotARuntime:
        raise
    except Exception as error:  # the edge of the author's code, which may raise anything
        raise NotARuntime(told(error)) from error


def runtime_class(names: dict[str, object], module: str, class_name: str) -> type[Runtime]:
    """The runtime class of that name; raises NotARuntime."""
    found = names.get(class_name)
    if not isinstance(found, type) or not issubclass(found, Runtime):
        raise NotARuntime(f"{module}:{class_name} is no runtime: a class that derives from runtime.construct.Runtime")
    return found


def require_construction(chosen: ChosenRuntime) -> None:
    """Construct the runtime as a node does it; raises NotARuntime where that fails."""
    try:
        inspect.signature(chosen.runtime).bind("storage", "signatures")
    except TypeError:
        raise NotARuntime(
            f"{chosen.module}:{chosen.class_name} cannot be run by a node, which hands it a state and the signatures "
            "that are known: let its __init__ take (self, storage, signatures=None), and hand both to its base's"
        ) from None
    try:
        chosen.make(SignatureCache(), Overlay(Trie.empty(1)))
    except Exception as error:  # the edge of the author's code, which may raise anything
        raise NotARuntime(told(error)) from error


def told(error: BaseException, own: tuple[Path, ...] = ()) -> str:
    """What is wrong with an author's code, a line for each mistake, file and line first, as editors link them.

    own: the author's files; the last line in one of them is the place, the last line of all where none is known
    """
    if isinstance(error, DeclarationMistakes):
        return "\n".join(str(mistake) for mistake in error.mistakes)
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}"
    frames = [frame for frame in extract_tb(error.__traceback__) if not frame.filename.startswith(_NOBODYS)]
    place = next((frame for frame in reversed(frames) if Path(frame.filename) in own), frames[-1] if frames else None)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return text if place is None else f"{place.filename}:{place.lineno}: {text}"
