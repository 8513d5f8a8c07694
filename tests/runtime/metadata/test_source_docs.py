"""Documentation is taken from the source line by line."""

from __future__ import annotations

import inspect

from hypothesis import example, given
from hypothesis import strategies as st

from runtime.metadata.source_docs import lines


@given(docs=st.text(st.sampled_from("a \n\t\r\x0b\u2028"), max_size=12))
@example("")
@example("  One line. ")
@example("One.\n\n    Two.\n      Three.\n    ")
def test_the_lines_of_a_docstring_are_those_of_inspect(docs: str) -> None:
    assert lines(docs) == tuple(inspect.cleandoc(docs).splitlines())
