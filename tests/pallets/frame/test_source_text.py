"""What is read from source text."""

from __future__ import annotations

from typing import Any

from pallets.frame.source_text import parameter_annotations
from pallets.template import Template
from tests.runtime.metadata.evaluated import Evaluated


def test_annotations_are_told_as_they_are_written() -> None:
    written = parameter_annotations(Template.do_something)
    assert (written["origin"], written["something"]) == ("Origin", "U32")


def test_annotations_that_were_evaluated_are_read_from_the_file() -> None:
    written = parameter_annotations(Evaluated.step)
    assert (written["origin"], written["count"], written["who"]) == ("Origin", "U32", "list[AccountId] | None")


def test_of_a_function_without_source_nothing_is_said() -> None:
    scope: dict[str, Any] = {}
    text = "class Typed:\n    def call(self, origin: int) -> None: ..."
    exec(compile(text, "<prompt>", "exec", dont_inherit=True), scope)
    assert parameter_annotations(scope["Typed"].call) == {}
