"""What is read of a class without its file being parsed."""

from __future__ import annotations

import ast
import inspect
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

import pallets
from pallets.frame.class_text import attributes_text, class_text
from pallets.frame.source_text import attribute_docs, class_definition, class_lines, forget_sources

OWN: Final = sorted(Path(pallets.__path__[0]).glob("*/*.py"))
FOREIGN: Final = [Path(inspect.getfile(sys.modules[name])) for name in ("typing", "enum", "ast", "inspect", "argparse")]

ODD: Final = '''
from anywhere import record

TEMPLATE = """
class Quoted:
    lost: int
    "In a string."
"""

@record
class Left(
    object,
):
    """Has a margin
in its docstring.
    """

    a: int
    """Under a."""

    def method(self, text=(
        "one", "two"
    )) -> str:
        """Says nothing of an attribute."""
        return """
a line at the margin
"""

    b = 1  # an enum's
    # a comment
    'Under b.'

class Right:
    a: int; "On the same line."
    b: int = f"""
    {1}
    """
    ("In brackets.")
    c: int = 1
    U"Under c."
    d, e = 1, 2
    """Under two."""
    @property
    def f(self) -> None: ...
    """Under a method."""
    g: "int"
    if True:
        h: int
        """Deeper."""

class Twice:
    a: int
    """The first."""

class Twice:
    a: int
    """The second."""

def function() -> None:
    class Inner:
        a: int
        """Inside."""

class Plain(Left):
    """No attribute has a string."""

    a: int

    def method(self) -> None:
        """Has one."""
class Last: "At the end"'''


@pytest.mark.parametrize("file", [*OWN, *FOREIGN], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_attributes_have_the_strings_that_parsing_the_whole_file_finds(file: Path) -> None:
    for name, found in _classes(file.read_text()).items():
        assert attribute_docs(str(file), name) == _docs(found)


def test_an_odd_file_is_read_as_the_parser_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "odd.py"
    file.write_text(ODD)
    classes = _classes(ODD)
    assert set(classes) == {"Left", "Right", "Twice", "Inner", "Plain", "Last"}
    for name, found in classes.items():
        assert attribute_docs(str(file), name) == _docs(found)
        read = class_definition(str(file), name)
        assert read is not None
        assert [ast.dump(each) for each in read.body] == [ast.dump(each) for each in found.body]
        assert [each.lineno for each in read.body] == [each.lineno for each in found.body]
        assert class_lines(str(file), name)[""] == found.lineno
    assert attribute_docs(str(file), "Right") == {"a": "On the same line.", "b": "In brackets.", "c": "Under c."}
    assert attribute_docs(str(file), "Quoted") == {}


def test_a_class_without_such_strings_need_not_be_parsed(tmp_path: Path) -> None:
    file = tmp_path / "odd.py"
    file.write_text(ODD)
    _, plain = class_text(str(file), "Plain") or ("", "")
    assert plain.startswith("class Plain(Left):")
    assert attributes_text(plain) is None
    _, right = class_text(str(file), "Right") or ("", "")
    assert "def method(): ...\n    " in (attributes_text(right) or "")


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "edited.py"
    for text in ("First.", "Second."):
        forget_sources()
        file.write_text(f'class Edited:\n    a: int\n    "{text}"\n')
        assert attribute_docs(str(file), "Edited") == {"a": text}


def test_of_a_file_that_is_not_there_or_not_python_nothing_is_said(tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text("class Broken:\n    a: int =\n    'Under a.'\n")
    for each in (file, tmp_path / "missing.py"):
        assert attribute_docs(str(each), "Broken") == {}
        assert class_definition(str(each), "Broken") is None


def _classes(text: str) -> dict[str, ast.ClassDef]:
    """By name, in the order of `ast.walk`: nearer to the top first."""
    found: dict[str, ast.ClassDef] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            found.setdefault(node.name, node)
    return found


def _docs(found: ast.ClassDef) -> dict[str, str]:
    docs = {}
    for statement, following in pairwise(found.body):
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        text = following.value if isinstance(following, ast.Expr) else None
        if (
            isinstance(statement, ast.AnnAssign | ast.Assign)
            and len(targets) == 1
            and isinstance(targets[0], ast.Name)
            and isinstance(text, ast.Constant)
            and isinstance(text.value, str)
        ):
            docs[targets[0].id] = inspect.cleandoc(text.value)
    return docs
