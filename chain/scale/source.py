"""Python source under construction: lines, the names that they bind, and the objects that they refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType
from typing import Any


@lru_cache(maxsize=256)
def _compiled(text: str, origin: str) -> CodeType:
    """The code of a source; many are the same but for the objects that they refer to."""
    return compile(text, origin, "exec")


class Source:
    """The text of one module; functions of the module see `objects` as their globals."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._lines: list[str] = []
        self._indent = 0
        self._count = 0

    def line(self, text: str) -> None:
        """Add one line at the current indentation."""
        self._lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Lines inside a compound statement."""
        self.line(header)
        self._indent += 1
        yield
        self._indent -= 1

    @contextmanager
    def apart(self) -> Iterator[list[str]]:
        """Collects the lines of a block whose header is not known yet; `add` puts them in."""
        outer, self._lines = self._lines, []
        collected = self._lines
        self._indent += 1
        yield collected
        self._indent -= 1
        self._lines = outer

    def add(self, lines: list[str]) -> None:
        """Add the lines of a block after its header."""
        self._lines.extend(lines)

    def fresh(self, prefix: str) -> str:
        """A name that nothing else has."""
        self._count += 1
        return f"{prefix}{self._count}"

    def refer(self, thing: Any, prefix: str) -> str:
        """The name by which the source refers to an object."""
        name = self._names.get(id(thing))
        if name is None:
            name = self._names[id(thing)] = self.fresh(prefix + "_")
            self.objects[name] = thing  # keeps it alive, so that its id stays its own
        return name

    def execute(self, origin: str) -> dict[str, Callable[..., Any]]:
        """Define the functions; `objects` with them. `origin` names the source in tracebacks."""
        exec(_compiled(self.text(), f"<scale {origin}>"), self.objects)
        return self.objects

    def text(self) -> str:
        """The source so far."""
        return "\n".join(self._lines)
