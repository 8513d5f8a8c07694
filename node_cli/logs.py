"""Log lines of a running node on standard error: for a person, or one JSON object each.

Which lines is said as Substrate says it, in RUST_LOG or by -l: a level for all targets, and levels for some; a target
alone is told in full. Targets are those of Substrate's nodes, or modules of this program and all that is in them.

    RUST_LOG=info                   RUST_LOG=warn,rpc=debug,txpool,chain::network=trace                   -lsync=trace
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

from chain.offchain.log_filter import WithoutSecrets

LEVELS: Final = {
    "off": logging.CRITICAL + 10,
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": logging.NOTSET + 1,
}
"""By the names of Rust's log."""

DEFAULT: Final = "info"

TARGETS: Final = {
    "substrate": "substrate",
    "txpool": "chain.node.pool",
    "basic-authorship": "chain.node.sealing",
    "offchain-worker": "chain.offchain",
    "grandpa": "chain.network",
    "afg": "chain.network",
    "aura": "chain.node.sealing",
    "db": "chain.store",
    "rpc": "rpc",
    "watch": "watch",
}
"""What Substrate calls them, and the loggers here."""

SILENT: Final = (
    *("babe", "client", "consensus", "gossip", "libp2p", "peerset", "slots", "state", "state-db"),
    *("sub-libp2p", "sync", "telemetry", "trie"),
)
"""Targets of Substrate's nodes that have nothing to say here."""

PALLETS: Final = "runtime"
"""As a target, what the pallets log, each under its name after that."""

PROGRAM: Final = ("chain", "pallets", "runtime", "node_cli")
"""Whose modules are targets, too."""


class FilterError(ValueError):
    """A text says no levels; the message is a sentence."""


def start_logging(filters: str, *, as_json: bool) -> None:
    """Write log lines from now on; raises FilterError."""
    levels = read_filters(filters)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else Lines())
    handler.addFilter(WithoutSecrets())
    root = logging.getLogger()
    root.addHandler(handler)
    for target, level in levels.items():
        logging.getLogger(target or None).setLevel(level)


def read_filters(text: str) -> dict[str, int]:
    """Levels by target, that of all others under the empty name; raises FilterError."""
    levels = {"": LEVELS[DEFAULT]}
    for part in filter(None, (each.strip() for each in text.split(","))):
        target, _, level = part.rpartition("=")
        known = LEVELS.get(level.lower())
        if known is None and not target and _is_target(level):
            target, known = level, LEVELS["trace"]
        if known is None:
            names = ", ".join(LEVELS)
            raise FilterError(f"RUST_LOG: {part!r} is neither a level nor target=level; levels are {names}")
        levels[_logger_of(target.removesuffix("::"))] = known
    return levels


def _logger_of(target: str) -> str:
    crate, *path = target.split("::")
    return TARGETS.get(target) or ".".join(["pallets" if crate == PALLETS else crate, *path])


def target_of(logger: str) -> str:
    """What Substrate calls the one whose lines these are; the module where it has none such."""
    longest = max((name for name in TARGETS.values() if f"{logger}.".startswith(f"{name}.")), key=len, default="")
    return next((target for target, name in TARGETS.items() if name == longest), logger)


def _is_target(text: str) -> bool:
    return text in (*TARGETS, *SILENT) or text.partition("::")[0].partition(".")[0] in PROGRAM


class Lines(logging.Formatter):
    """`2026-01-31 12:00:00 rpc: …`, as Substrate writes them."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-5s %(target)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        record.target = target_of(record.name)
        return super().format(record)


class JsonLines(logging.Formatter):
    """One object a line: time, level, target, message, what it has in `fields`, the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "target": target_of(record.name),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)
