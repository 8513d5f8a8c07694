"""Words of Rust source, with their lines."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.frame.rust_tokens import END, RustSourceError, Tokens


def texts(source: str) -> list[tuple[str, int]]:
    tokens, found = Tokens(source, "a.rs"), []
    while tokens.next.kind != END:
        token = tokens.take()
        found.append((token.text, token.line))
    return found


def test_comments_are_left_out_and_doc_comments_kept() -> None:
    source = "/// said\nfn a() // not\n/* nor\nthis */ -> 1_000u64"
    assert texts(source) == [("/// said", 1), ("fn", 2), ("a", 2), ("(", 2), (")", 2), ("->", 4), ("1_000u64", 4)]


def test_a_group_is_passed_over_whole() -> None:
    tokens = Tokens("{ a (b) [c { d }] } e", "a.rs")
    assert tokens.skip_group() == "{a(b)[c{d}]}"
    assert tokens.name() == "e"


def test_what_is_wrong_is_told_with_file_and_line() -> None:
    with pytest.raises(RustSourceError, match=r"^a\.rs:2: `{` is never closed$"):
        Tokens("\n{ a", "a.rs").skip_group()
    with pytest.raises(RustSourceError, match=r"^a\.rs:3: `\\` begins nothing that is known here$"):
        Tokens("a\n\n\\", "a.rs")
    with pytest.raises(RustSourceError, match=r"^a\.rs:1: expected `fn`, found `fm`$"):
        Tokens("fm", "a.rs").expect("fn")
    with pytest.raises(RustSourceError, match=r"^a\.rs:1: expected a name, found `1`$"):
        Tokens("1", "a.rs").name()


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(source: str) -> None:
    with suppress(RustSourceError):
        lines = [line for _, line in texts(source)]
        assert lines == sorted(lines)
