"""What stands where in the source of a class: lines for mistakes, the strings under attributes, names like others."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from pallets.frame.class_text import attributes_text, class_text, forget_texts


def file_of(cls: type) -> str:
    """Where a class is written; its module's name where that has no file, as at a prompt."""
    return getattr(sys.modules[cls.__module__], "__file__", None) or cls.__module__


def nearest(written: str | None, known: Iterable[str], likeness: float = 0.66) -> str | None:
    """The name that was probably meant; None where none is like it."""
    from difflib import get_close_matches  # a tenth of the kit's import, for texts of mistakes alone

    return next(iter(get_close_matches(written or "", sorted(known), 1, likeness)), None)


def unresolved(problem: Exception, names: Iterable[str]) -> str:
    """Why an annotation means nothing, and how to put it right.

    names: what its module has
    """
    if isinstance(problem, NameError):
        near = nearest(problem.name, names)
        return f"{problem}: {'import it, or define it above' if near is None else f'did you mean {near}?'}"
    near = nearest(problem.name, dir(problem.obj)) if isinstance(problem, AttributeError) else None
    return str(problem) if near is None else f"{problem}: did you mean {near}?"


@cache
def class_lines(file: str, class_name: str) -> dict[str, int]:
    """Line of each attribute of a class, and under "" of the class itself; empty where the source is not at hand."""
    found = class_definition(file, class_name)
    if found is None:
        return {}
    lines = {"": found.lineno}
    for statement in found.body:
        name = _assigned_name(statement)
        if name is not None:
            lines[name] = statement.lineno
    return lines


@cache
def attribute_docs(file: str, class_name: str) -> dict[str, str]:
    """The string under each attribute of a class that has one."""
    written = class_text(file, class_name)
    text = "" if written is None else attributes_text(written[1])
    if text is None:
        return {}
    found = _parsed(text) or class_definition(file, class_name)
    docs = {}
    for statement, following in pairwise(found.body if found else []):
        name = _assigned_name(statement)
        under = following.value if isinstance(following, ast.Expr) else None
        if name is not None and isinstance(under, ast.Constant) and isinstance(under.value, str):
            docs[name] = inspect.cleandoc(under.value)
    return docs


def parameter_annotations(function: Callable[..., object]) -> dict[str, str]:
    """How the parameters of a method are annotated, as written; of those whose text is not at hand nothing is said."""
    annotations = inspect.get_annotations(function)
    written = {name: each for name, each in annotations.items() if isinstance(each, str)}
    class_name, _, name = function.__qualname__.rpartition(".")
    if len(written) == len(annotations):
        return written
    found = class_definition(inspect.getsourcefile(function) or "", class_name.rpartition(".")[2])
    for statement in found.body if found else []:
        if isinstance(statement, ast.FunctionDef) and statement.name == name:
            written |= {each.arg: ast.unparse(each.annotation) for each in statement.args.args if each.annotation}
    return written


def _assigned_name(statement: ast.stmt) -> str | None:
    """The attribute that a statement of a class body declares, with an annotation or as a member of an enum."""
    match statement:
        case ast.AnnAssign(target=ast.Name(name)) | ast.Assign(targets=[ast.Name(name)]):
            return name
    return None


_BODIES: Final = ("body", "orelse", "handlers", "finalbody", "cases")
"""Where statements have statements."""


@cache
def class_definition(file: str, name: str) -> ast.ClassDef | None:
    """The class as it is written, but for its decorators; None where the source is not at hand."""
    before, text = class_text(file, name) or ("", "")
    return _parsed("\n" * before.count("\n") + text) or _class_definitions(file).get(name)


def _parsed(text: str) -> ast.ClassDef | None:
    """The class that the text begins with; None where it is not whole, or is none."""
    try:
        found = ast.parse(text).body
    except SyntaxError:
        return None
    return found[0] if found and isinstance(found[0], ast.ClassDef) else None


@cache
def _class_definitions(file: str) -> dict[str, ast.ClassDef]:
    """The classes of a file by name; the first where several share one."""
    try:
        with open(file, encoding="utf-8") as source:  # pathlib would be imported for this alone
            tree = ast.parse(source.read())
    except (OSError, SyntaxError):
        return {}
    found: dict[str, ast.ClassDef] = {}
    level: list[ast.AST] = [tree]
    while level:  # level by level: a class at the top comes before one of its name inside another
        found |= {node.name: node for node in reversed(level) if isinstance(node, ast.ClassDef)} | found
        level = [inner for node in level for inner in _statements_in(node)]
    return found


def _statements_in(node: ast.AST) -> Iterator[ast.AST]:
    """What stands inside a statement and may be, or hold, the definition of a class; expressions cannot."""
    for name in _BODIES:
        yield from getattr(node, name, ())


def forget_sources() -> None:
    """Read files anew: somebody has edited them while the program runs."""
    forget_texts()
    for known in (class_lines, attribute_docs, class_definition, _class_definitions):
        known.cache_clear()
