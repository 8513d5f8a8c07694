"""The text of a class, cut out of its file: to parse whole files takes a tenth of a node's first start.

Classes at the top of a file are cut out, by the lines that begin at its margin. A cut through a string or through
brackets leaves text that nobody can parse: who is told so by the parser reads the whole file.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_CLASS: Final = re.compile(r"^class (\w+)", re.MULTILINE)

_AFTERWARDS: Final = re.compile(r"^[^\s#)\]}]", re.MULTILINE)
"""What stands at the margin; comments there, and brackets that end a header, belong to the class before."""

_BEGINNING: Final = re.compile(
    r"\s*class \w+(?:\([^()]*\))?:[ \t]*(?:#.*)?\n"
    r"(?:[ \t]*(?:#.*)?\n)*"
    r"([ \t]+)"
    r'(?:[rR]?"""(?:[^\\]|\\[\s\S])*?"""[ \t]*(?:#.*)?\n)?'
)
"""Header and docstring; the group is how far the body is indented."""


def class_text(file: str, name: str) -> tuple[str, str] | None:
    """What a file has before a class, and the class as it is written; None where it has none at its top, or several."""
    text, begins = _classes(file)
    begin = begins.get(name)
    if begin is None:
        return None
    found = _AFTERWARDS.search(text, begin + len("class"))
    return text[:begin], text[begin : len(text) if found is None else found.start()]


def attributes_text(text: str) -> str | None:
    """The class with nothing in its methods; None where no attribute of it has a string under it."""
    beginning = _BEGINNING.match(text)
    if beginning is None or _ends_in_string(text):
        return text
    indent, a_string = beginning[1], r"(?:[rRuU]?[\"']|\()"
    if not re.compile(rf"^{indent}{a_string}|;[ \t]*{a_string}", re.MULTILINE).search(text, beginning.end()):
        return None
    method = rf"^{indent}(?:async )?def [\s\S]*?(?=^{indent}[^\s)\]}}#]|\Z)"
    return re.sub(
        method,
        lambda found: found[0] if _ends_in_string(found[0]) else f"{indent}def method(): ...\n",
        text,
        flags=re.M,
    )


@cache
def _classes(file: str) -> tuple[str, dict[str, int | None]]:
    """The text of a file, and where each class begins; None for names that do not tell."""
    try:
        with open(file, encoding="utf-8") as source:  # pathlib would be imported for this alone
            text = source.read()
    except OSError:
        return "", {}
    begins: dict[str, int | None] = {}
    before, is_in_string = 0, False
    for found in _CLASS.finditer(text):
        is_in_string ^= _ends_in_string(text[before : found.start()])
        before = found.start()
        begins[found[1]] = None if is_in_string or found[1] in begins else before
    return text, begins


def _ends_in_string(text: str) -> bool:
    """Whether a string that goes over several lines may have been cut."""
    return bool(text.count('"""') % 2 or text.count("'''") % 2)


def forget_texts() -> None:
    """Read files anew."""
    _classes.cache_clear()
