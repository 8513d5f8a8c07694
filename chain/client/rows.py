"""Many things of one kind as rows: a sequence, a table on the screen, a DataFrame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

from chain.client.errors import MissingExtra

if TYPE_CHECKING:  # an extra: nobody who makes no DataFrame needs it
    import pandas
    from rich.table import Table

T = TypeVar("T")

SHOWN: Final = 20
"""Rows of a table on the screen."""

WIDTH: Final = 60
"""Characters of a cell on the screen."""


class Rows(Sequence[T], Generic[T]):
    """Things in order.

    title: what they are, in the plural; as_row: a thing as its cells by column
    """

    def __init__(self, title: str, things: Iterable[T], as_row: Callable[[T], Mapping[str, Any]]) -> None:
        self._title = title
        self._things = tuple(things)
        self._as_row = as_row

    def __len__(self) -> int:
        return len(self._things)

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Rows[T]: ...

    def __getitem__(self, place: int | slice) -> T | Rows[T]:
        if isinstance(place, slice):
            return Rows(self._title, self._things[place], self._as_row)
        return self._things[place]

    def where(self, condition: Callable[[T], bool]) -> Rows[T]:
        """Those for which the condition holds."""
        return Rows(self._title, (each for each in self._things if condition(each)), self._as_row)

    def as_dicts(self) -> list[dict[str, Any]]:
        """The cells of each row, by column.

        What a cell holds by the same names in every row has columns of its own, as `data.free`.
        """
        return _flat([dict(self._as_row(each)) for each in self._things])

    def frame(self) -> pandas.DataFrame:
        """The rows as a DataFrame, amounts exact; raises MissingExtra where pandas is not installed."""
        try:
            import pandas
        except ImportError:
            raise MissingExtra("DataFrames", "pandas", "notebook") from None
        rows = self.as_dicts()
        columns = {column: [row[column] for row in rows] for column in (rows[0] if rows else {})}
        # a column where something is missing would become one of floats, which are no amounts
        kinds = {column: "object" if any(cell is None for cell in cells) else None for column, cells in columns.items()}
        return pandas.DataFrame({name: pandas.Series(cells, dtype=kinds[name]) for name, cells in columns.items()})

    def __repr__(self) -> str:
        return f"<{len(self)} {self._title}>"

    def _repr_html_(self) -> str:
        rows, columns = self._shown()
        head = "".join(f"<th>{escape(column)}</th>" for column in columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(_cell(row[column]))}</td>' for column in columns)}</tr>" for row in rows
        )
        return f"<table><caption>{escape(self._caption())}</caption><tr>{head}</tr>{body}</table>"

    def __rich__(self) -> Table:
        from rich.table import Table  # what a console needs, and nobody else

        rows, columns = self._shown()
        table = Table(title=self._caption())
        for column in columns:
            table.add_column(column)
        for row in rows:
            table.add_row(*(_cell(row[column]) for column in columns))
        return table

    def _shown(self) -> tuple[list[dict[str, Any]], list[str]]:
        rows = self[:SHOWN].as_dicts()
        return rows, list(rows[0]) if rows else []

    def _caption(self) -> str:
        more = f", the first {SHOWN}" if len(self) > SHOWN else ""
        return f"{len(self)} {self._title}{more}"


def _flat(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, with the names that all cells of a column have as columns."""
    while True:
        wide = {column: names for column in (rows[0] if rows else {}) if (names := _names_in(rows, column))}
        if not wide:
            return rows
        rows = [_widened(row, wide) for row in rows]


def _names_in(rows: list[dict[str, Any]], column: str) -> list[str]:
    """The names that every cell of the column has; none where they differ."""
    first = rows[0][column]
    names = list(first) if isinstance(first, dict) else []
    return names if all(isinstance(row[column], dict) and list(row[column]) == names for row in rows) else []


def _widened(row: dict[str, Any], wide: Mapping[str, list[str]]) -> dict[str, Any]:
    found = dict[str, Any]()
    for column, cell in row.items():
        if column in wide:
            found.update({f"{column}.{name}": cell[name] for name in wide[column]})
        else:
            found[column] = cell
    return found


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
