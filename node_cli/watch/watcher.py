"""Looks at the files of a runtime, and brings what was edited to its chain.

watcher = Watcher(Upgrader(node, generations), "runtime.dev", "DevRuntime")
outcome = watcher.look()            # None where nothing was edited
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from chain.block import Block
from chain.node.timer import Timer
from chain.record import record
from node_cli.chosen_runtime import ChosenRuntime, runtime_class, told
from node_cli.watch.modules import file_of, imported_anew, kit, reachable, with_dependants
from node_cli.watch.upgrade import Upgrader

LOG: Final = logging.getLogger("watch")

PAUSE_MS: Final = 200
"""Milliseconds between two looks: shorter than it takes to change windows."""


@record
class Reloaded:
    """The chain has a new runtime; the block that brought it."""

    block: Block
    spec_version: int
    files: tuple[Path, ...]

    def __str__(self) -> str:
        names = ", ".join(map(str, self.files))
        return f"{names}: new code from block {self.block.header.number + 1} on, spec version {self.spec_version}"


@record
class Refused:
    """An edit does not work; the chain goes on with the code before it."""

    reason: str
    files: tuple[Path, ...]

    def __str__(self) -> str:
        return f"{self.reason}\nthe code before this edit goes on"


class Watcher:
    """Watches the modules of one runtime class."""

    def __init__(self, upgrader: Upgrader[Any], chosen: ChosenRuntime) -> None:
        self._upgrader = upgrader
        self._module, self._class_name = chosen.module, chosen.class_name
        self._kit = kit()
        self._imports = dict[str, frozenset[str]]()
        self._loaded = dict[Path, bytes]()
        self._seen = dict[Path, tuple[int, int]]()
        self._remember_loaded()

    def look(self) -> Reloaded | Refused | None:
        """Bring what was edited since the last look; None where nothing was."""
        stamps = self._stamps()
        if stamps == self._seen:
            return None
        self._seen = stamps
        # also those of an edit that was refused: what was changed in two files may need both
        edited = tuple(file for file in stamps if _digest(file) != self._loaded[file])
        return self._bring(edited) if edited else None

    def follow(self, timer: Timer, tell: Callable[[Reloaded | Refused], None]) -> Callable[[], None]:
        """Look again and again, between blocks; returns what ends that."""
        cancel = timer.call_later(PAUSE_MS, lambda: again())
        is_over = False

        def again() -> None:
            nonlocal cancel
            outcome = self.look()
            if outcome is not None:
                tell(outcome)
            if not is_over:
                cancel = timer.call_later(PAUSE_MS, again)

        def end() -> None:
            nonlocal is_over
            is_over = True
            cancel()

        return end

    def _bring(self, edited: tuple[Path, ...]) -> Reloaded | Refused:
        changed = {name for name in self._imports if file_of(name) in edited}
        anew = with_dependants(changed, self._imports)
        fixed = sorted(anew & self._kit)
        if fixed:
            return Refused(f"{edited[0]}: every runtime is built with {fixed[0]}: restart the node to use it", edited)
        try:
            with imported_anew(anew | {self._module}, self._module) as module:
                runtime = runtime_class(vars(module), self._module, self._class_name)
                done = self._upgrader.upgrade(runtime)
        except Exception as error:  # the edge of the author's code, which may raise anything
            LOG.debug("the edit of %s fails", ", ".join(map(str, edited)), exc_info=error)
            return Refused(told(error, tuple(self._loaded)), edited)
        self._remember_loaded()
        return Reloaded(done.block, done.spec_version, edited)

    def _remember_loaded(self) -> None:
        """What the runtime is made of now, and what its files hold."""
        self._imports = reachable([self._module])
        files = {name: file_of(name) for name in self._imports}
        self._loaded = {file: _digest(file) for file in files.values() if file is not None}
        self._seen = self._stamps()

    def _stamps(self) -> dict[Path, tuple[int, int]]:
        """When each file was written, and its size; one that is gone for a moment is left out."""
        found = dict[Path, tuple[int, int]]()
        for file in self._loaded:
            try:
                status = file.stat()
            except OSError:
                continue
            found[file] = status.st_mtime_ns, status.st_size
        return found


def tell(outcome: Reloaded | Refused) -> None:
    """Log it: an edit that works, or what is wrong with one."""
    if isinstance(outcome, Reloaded):
        LOG.info("%s", outcome)
    else:
        LOG.error("%s", outcome)


def _digest(file: Path) -> bytes:
    try:
        return blake2b(file.read_bytes()).digest()
    except OSError:  # it is being replaced: the next look finds it
        return b""
