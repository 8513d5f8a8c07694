"""Reads the base weights and database weights that benchmarking generates for Rust runtimes.

constants = import_constants("weights/extrinsic_weights.rs")
BlockWeights.with_sensible_defaults(base_extrinsic=constants.weights["ExtrinsicBaseWeight"])

rocksdb = import_constants("weights/rocksdb_weights.rs").databases["RocksDbWeight"]
balances.Config(weights=import_weights("weights/pallet_balances.rs", database=rocksdb), …)
"""

from __future__ import annotations

from pathlib import Path

from chain.record import record
from pallets.frame.rust_tokens import END, RustSourceError, Tokens
from pallets.frame.rust_weights import WeightExpression, terms_of
from pallets.frame.weight import Weight
from pallets.frame.weight_info import NO_DATABASE, DbWeight, WeightFormula


@record
class WeightConstants:
    """The weights and the database weights of a file, by name."""

    weights: dict[str, Weight]
    databases: dict[str, DbWeight]


def import_constants(path: str | Path) -> WeightConstants:
    """What one file declares in `parameter_types!` or outside of it.

    Raises RustSourceError, with file, line and construct, and OSError where the file cannot be read.
    """
    try:
        source = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise RustSourceError(str(path), 1, f"no UTF-8 text: {problem}") from problem
    return constants_of(source, str(path))


def constants_of(source: str, file: str = "weights.rs") -> WeightConstants:
    """As `import_constants`, of a text that is at hand; constants of other types are passed over."""
    tokens, found = Tokens(source, file), WeightConstants({}, {})
    while tokens.next.kind != END:
        if not tokens.taken("const"):
            tokens.take()
        elif tokens.next.kind == "word":
            _read_constant(tokens, tokens.name(), found)
    if not found.weights and not found.databases:
        raise RustSourceError(file, 1, "no constant of type Weight or RuntimeDbWeight here")
    return found


def _read_constant(tokens: Tokens, name: str, found: WeightConstants) -> None:
    if not tokens.taken(":"):
        return
    kind = tokens.take().text
    while tokens.taken("::"):
        kind = tokens.take().text
    if kind not in ("Weight", "RuntimeDbWeight") or not tokens.taken("="):
        return
    if kind == "Weight":
        found.weights[name] = WeightFormula(terms_of(WeightExpression(tokens, ()).weight())).of(NO_DATABASE, {})
    else:
        found.databases[name] = _database(tokens)
    tokens.expect(";")


def _database(tokens: Tokens) -> DbWeight:
    while not tokens.comes("{"):
        tokens.name()
        tokens.taken("::")
    start = tokens.expect("{")
    costs: dict[str, int] = {}
    while not tokens.taken("}"):
        field = tokens.name()
        tokens.expect(":")
        terms = terms_of(WeightExpression(tokens, ()).weight())  # a number alone is computing time
        costs[field] = sum(term.weight.ref_time for term in terms)
        if not tokens.taken(","):
            tokens.expect("}")
            break
    if costs.keys() != {"read", "write"}:
        raise tokens.error("a RuntimeDbWeight has `read` and `write`", start)
    return DbWeight(costs["read"], costs["write"])
