"""A new pallet and its test, from the templates beside the code; what may be its name."""

from __future__ import annotations

import ast
import keyword
import re
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

MODULE, CLASS = "pallet_name", "PalletName"
"""What stands for the name in the templates."""

SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class NameRefused(ValueError):
    """No pallet can have this name; the message says why and what to do."""


def class_name(name: str) -> str:
    """`price_forecast` as its class is called: `PriceForecast`."""
    return "".join(word[0].upper() + word[1:] for word in name.split("_"))


def check_name(name: str) -> None:
    """Raises NameRefused where a module of this name could not be written, imported or tested."""
    if not SNAKE_CASE.fullmatch(name):
        raise NameRefused(f"{name!r} is no name for a pallet: write lower-case words joined by _, as in price_forecast")
    if keyword.iskeyword(name):
        raise NameRefused(f"{name!r} is a word of Python's own: add a word to it, as in {name}_pallet")
    if name.startswith("test_"):
        raise NameRefused(f"{name!r} is how tests are called: leave the test_ out")
    if {name, class_name(name)} & _names_of_template():
        raise NameRefused(f"{name!r} is what the authoring kit calls a part of its own: add a word, as in my_{name}")
    if name in sys.stdlib_module_names or _is_taken(name):
        raise NameRefused(f"{name!r} is a module that can be imported already: add a word to it, as in my_{name}")


def rendered(name: str) -> dict[str, str]:
    """The files of the new pallet by name: the module and its test."""
    return {f"{name}.py": _render("pallet.py.txt", name), f"test_{name}.py": _render("test_pallet.py.txt", name)}


def _render(template: str, name: str) -> str:
    return _text(template).replace(MODULE, name).replace(CLASS, class_name(name))


def _text(template: str) -> str:
    return files("node_cli").joinpath("templates", template).read_text(encoding="utf-8")


def _names_of_template() -> set[str]:
    """All that the templates import, define or use; and System, which every runtime has."""
    names = {"System"}
    for template in ("pallet.py.txt", "test_pallet.py.txt"):
        for node in ast.walk(ast.parse(_text(template))):
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.alias | ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
    return names - {CLASS}


def _is_taken(name: str) -> bool:
    """Whether another module of this name can be imported; one in the current folder is the author's own."""
    found = find_spec(name)
    return found is not None and found.origin != str(Path.cwd() / f"{name}.py")
