"""Names that metadata has, as attributes that Tab completes: `net.tx.Balances.transfer_keep_alive`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Generic, TypeVar

from chain.metadata import NotInMetadata

T = TypeVar("T")


class Namespace(Generic[T]):
    """What there is of one kind, by name; `namespace["name"]` is the same as `namespace.name`.

    title: what it is; names: those that there are now; make: raises NotInMetadata for another
    """

    def __init__(
        self, title: str, names: Callable[[], Iterable[str]], make: Callable[[str], T], docs: str = ""
    ) -> None:
        self._title = title
        self._names = names
        self._make = make
        self.__doc__ = docs or title

    def __getattr__(self, name: str) -> T:
        if name.startswith("_"):  # what notebooks look for on every object
            raise AttributeError(name)
        try:
            return self._make(name)
        except NotInMetadata as error:
            raise AttributeError(str(error)) from None

    def __getitem__(self, name: str) -> T:
        return self._make(name)

    def __dir__(self) -> list[str]:
        return sorted(self._names())

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(list(self._names()))

    def __contains__(self, name: object) -> bool:
        return name in set(self._names())

    def __repr__(self) -> str:
        return f"<{self._title}: {', '.join(self._names()) or 'none'}>"

    def _repr_html_(self) -> str:
        names = "".join(f"<li><code>{escape(name)}</code></li>" for name in self._names())
        return f"<details open><summary>{escape(self._title)}</summary><ul>{names}</ul></details>"
