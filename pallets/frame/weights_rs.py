"""Reads the weight files that benchmarking generates for Rust runtimes (`weights.rs`).

    config = balances.Config(weights=import_weights("weights/pallet_balances.rs"), …)

Understood are the templates of polkadot-sdk: implementations of a `WeightInfo` trait (`SubstrateWeight<T>`, a
runtime's `WeightInfo<T>`, `()`), their functions of components, and the ranges in their doc comments.
"""

from __future__ import annotations

import re
from pathlib import Path

from chain.record import record
from pallets.frame.rust_tokens import END, RustSourceError, Tokens
from pallets.frame.rust_weights import WeightExpression, terms_of
from pallets.frame.weight_info import ROCKSDB, ComponentRange, DbWeight, WeightFormula, WeightInfo

FOR_TESTS = "()"
"""The implementation that has no runtime to take its database from; it is used where there is no other."""

_RANGE = re.compile(r"range of component `(\w+)` is `\[(\d+), (\d+)\]`")


@record
class WeightImplementation:
    """One `impl` block with weight functions.

    trait, target: as the file writes them without parameters: `pallet_balances::WeightInfo`, `SubstrateWeight`
    """

    trait: str
    target: str
    line: int
    formulas: dict[str, WeightFormula]


def import_weights(path: str | Path, *, implementation: str | None = None, database: DbWeight = ROCKSDB) -> WeightInfo:
    """The weights of one file.

    implementation: which type's, as in "SubstrateWeight"; by default the only one that is not for tests
    database: what `T::DbWeight` is in the runtime that uses them
    Raises RustSourceError, with file, line and construct, and OSError where the file cannot be read.
    """
    file = str(path)
    try:
        source = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise RustSourceError(file, 1, f"no UTF-8 text: {problem}") from problem
    return weights_of(source, file, implementation=implementation, database=database)


def weights_of(
    source: str, file: str = "weights.rs", *, implementation: str | None = None, database: DbWeight = ROCKSDB
) -> WeightInfo:
    """As `import_weights`, of a text that is at hand."""
    return WeightInfo(_chosen(implementations(source, file), file, implementation).formulas, database, file)


def implementations(source: str, file: str = "weights.rs") -> tuple[WeightImplementation, ...]:
    """Every implementation in a file, in order; raises RustSourceError."""
    tokens = Tokens(source, file)
    found = []
    while tokens.next.kind != END:
        if not tokens.comes("impl"):  # what a macro or another item holds begins no implementation
            tokens.skip_group()
        elif (implementation := _implementation(tokens)) is not None:
            found.append(implementation)
    return tuple(each for each in found if each.formulas)


def _chosen(found: tuple[WeightImplementation, ...], file: str, wanted: str | None) -> WeightImplementation:
    fitting = (
        [each for each in found if each.target == wanted]
        if wanted
        else [each for each in found if each.target != FOR_TESTS] or list(found)
    )
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(each.target for each in found) or "none"
    if not fitting:
        asked = "weight function" if wanted is None else f"weight function of {wanted}"
        raise RustSourceError(file, 1, f"no {asked} here; implementations: {names}")
    raise RustSourceError(file, fitting[1].line, f"more than one implementation, say which: {names}")


def _implementation(tokens: Tokens) -> WeightImplementation | None:
    """The implementation that comes; None where it is of something else than weights."""
    line = tokens.expect("impl").line
    _skip_parameters(tokens)
    names: list[str] = []
    while not tokens.comes("{"):
        if tokens.next.kind == END:
            raise tokens.error("an implementation without `{`")
        if tokens.taken("<"):
            _close_parameters(tokens)
        elif tokens.comes("where"):
            _skip_conditions(tokens)
        else:
            names.append(tokens.skip_group())
    trait, target = _trait_and_target(names)
    if not any(each.rpartition("::")[2].endswith(("Weight", "WeightInfo")) for each in (trait, target)):
        tokens.skip_group()
        return None
    tokens.expect("{")
    return WeightImplementation(trait, target, line, _functions(tokens))


def _trait_and_target(names: list[str]) -> tuple[str, str]:
    """What is implemented, and for what; an implementation without a trait has ""."""
    if "for" not in names:
        return "", "".join(names)
    at = names.index("for")
    return "".join(names[:at]), "".join(names[at + 1 :])


def _skip_conditions(tokens: Tokens) -> None:
    while not tokens.comes("{") and tokens.next.kind != END:
        tokens.take()


def _skip_parameters(tokens: Tokens) -> None:
    """Pass over `<…>`, where it comes."""
    if tokens.taken("<"):
        _close_parameters(tokens)


def _close_parameters(tokens: Tokens) -> None:
    depth = 1
    while depth:
        token = tokens.take()
        if token.kind == END:
            raise tokens.error("`<` is never closed", token)
        depth += {"<": 1, ">": -1}.get(token.text, 0)


def _functions(tokens: Tokens) -> dict[str, WeightFormula]:
    formulas: dict[str, WeightFormula] = {}
    ranges: list[ComponentRange] = []
    while not tokens.taken("}"):
        token = tokens.next
        if token.kind == "doc":
            ranges += [ComponentRange(name, int(low), int(high)) for name, low, high in _RANGE.findall(token.text)]
            tokens.take()
        elif tokens.comes("fn"):
            name, formula = _function(tokens, ranges)
            if name in formulas:
                raise tokens.error(f"a second function {name}", token)
            formulas[name] = formula
            ranges = []
        elif token.kind == END:
            raise tokens.error("an implementation that does not end")
        elif tokens.taken("#"):
            tokens.skip_group()
        elif tokens.taken("pub"):
            if tokens.comes("("):
                tokens.skip_group()
        else:
            raise tokens.error(f"`{token.text}` among weight functions")
    return formulas


def _function(tokens: Tokens, ranges: list[ComponentRange]) -> tuple[str, WeightFormula]:
    tokens.expect("fn")
    name = tokens.name()
    written = _parameters(tokens)
    tokens.expect("->")
    given = tokens.next
    while not tokens.comes("{") and tokens.next.kind != END:
        given = tokens.take()
    if given.text != "Weight":
        raise tokens.error(f"{name} gives `{given.text}`, no Weight", given)
    tokens.expect("{")
    value = WeightExpression(tokens, tuple(written)).weight()
    tokens.expect("}")
    components = tuple(each.lstrip("_") for each in written)
    return name, WeightFormula(terms_of(value), components, tuple(ranges))


def _parameters(tokens: Tokens) -> list[str]:
    """The names of a function's components; an unused one begins with an underscore."""
    tokens.expect("(")
    names = []
    while not tokens.taken(")"):
        names.append(tokens.name())
        tokens.expect(":")
        if tokens.name() != "u32":
            raise tokens.error(f"component {names[-1]} is no u32")
        if not tokens.taken(","):
            tokens.expect(")")
            break
    return names
