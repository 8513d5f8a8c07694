"""Progress bars on stderr while a command works; silence where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from node_cli.scenario.play import Listener, Progress

NewBar = Callable[[str], Listener]
"""Begins a bar with a heading."""


@contextmanager
def progress_bars(is_silent: bool) -> Iterator[NewBar]:
    """Bars that vanish at the end; none with `is_silent`, and none where stderr is no terminal."""
    console = Console(stderr=True)
    if is_silent or not console.is_terminal:
        yield lambda _heading: lambda _progress: None
        return
    columns = (
        TextColumn("{task.description:<8}"),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[text]}", style="dim"),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        yield lambda heading: _bar(bars, heading)


def _bar(bars: Bars, heading: str) -> Listener:
    bar = bars.add_task(heading, total=None, text="")

    def advance(progress: Progress) -> None:
        bars.update(bar, completed=progress.done, total=progress.total, text=progress.text)

    return advance
