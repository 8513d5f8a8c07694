"""The README's table of figures, rendered from results.json: `python -m benchmarks.readme_table --write`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.report import goal_text, number_text, peer_text, ratio_text, row_from, verdict

RESULTS: Final = Path(__file__).with_name("results.json")
README: Final = Path(__file__).resolve().parent.parent / "README.md"
BEGIN: Final = "<!-- benchmarks:begin -->"
END: Final = "<!-- benchmarks:end -->"


class MarkersMissing(Exception):
    """The README has no place for the table."""


def rendered(record: dict[str, Any]) -> str:
    """The table in Markdown, without the markers."""
    where = record["where"]
    lines = [
        f"Python {where['python']} on {where['cores']} cores of {where['processor']}, {where['day']}; "
        "medians of alternating rounds, both sides in the same run.",
        "",
        "| what | here | peer | ratio | goal | |",
        "|---|---|---|---|---|---|",
    ]
    for row in map(row_from, record["rows"]):
        cells = (
            f"{row.name} ({row.work})",
            f"{number_text(row.figure)} {row.unit}",
            peer_text(row),
            ratio_text(row),
            goal_text(row.goal, row.unit),
            verdict(row),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def table_in(readme: str) -> str:
    """What stands between the markers; raises MarkersMissing."""
    _, begin, rest = readme.partition(BEGIN)
    table, end, _ = rest.partition(END)
    if not begin or not end:
        raise MarkersMissing(f"the README lacks the markers {BEGIN} and {END}")
    return table.strip("\n")


def with_table(readme: str, table: str) -> str:
    """The README with another table between the markers; raises MarkersMissing."""
    table_in(readme)
    before, _, rest = readme.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def renew() -> None:
    """Put the table of results.json into the README, if that has a place for it."""
    readme = README.read_text()
    if BEGIN in readme:
        README.write_text(with_table(readme, rendered(json.loads(RESULTS.read_text()))))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, or with --write put it into the README; 1 where that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readme_table", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table between the README's markers")
    options = parser.parse_args(arguments)
    try:
        record = json.loads(RESULTS.read_text())
        if not options.write:
            print(rendered(record))
            return 0
        README.write_text(with_table(README.read_text(), rendered(record)))
    except FileNotFoundError as problem:
        print(f"{problem.filename} does not exist: `python -m benchmarks` writes it", file=sys.stderr)
        return 1
    except MarkersMissing as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
