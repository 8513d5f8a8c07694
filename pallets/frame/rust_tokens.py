"""The words of a Rust source file, as far as generated weights need them, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chain.record import record

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<doc>///[^\n]*)
  | (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<number>(?:0x[0-9a-fA-F_]+|[0-9][0-9_]*)(?:u8|u16|u32|u64|u128|usize)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<lifetime>'[a-z_]+\b)
  | (?P<mark>::|->|=>|[-+*/%(){}\[\]<>.,;:=#!&|?@$^~])
    """,
    re.VERBOSE | re.DOTALL,
)


class RustSourceError(ValueError):
    """Rust that is not understood: where it stands, and what it is."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file, self.line, self.problem = file, line, problem


@record
class Token:
    """A word, number or mark; a doc comment is one token, other comments are none."""

    kind: str
    text: str
    line: int


END = "end of file"


class Tokens:
    """A file's tokens, read one after the other."""

    def __init__(self, source: str, file: str) -> None:
        """Raises RustSourceError at a character that begins no token."""
        self.file = file
        self._tokens = list(_tokens_of(source, file))
        self._at = 0

    @property
    def next(self) -> Token:
        """The token that comes, without taking it."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """The token that comes; at the end that stays."""
        token = self._tokens[self._at]
        if token.kind != END:
            self._at += 1
        return token

    def comes(self, *texts: str) -> bool:
        """Whether these words or marks come next."""
        coming = self._tokens[self._at : self._at + len(texts)]
        return [token.text for token in coming] == list(texts)

    def taken(self, text: str) -> bool:
        """Take this word or mark if it comes; whether it did."""
        if self.next.text != text or self.next.kind == "doc":
            return False
        self.take()
        return True

    def expect(self, text: str) -> Token:
        """Take this word or mark; raises RustSourceError where another comes."""
        token = self.take()
        if token.text != text:
            raise self.error(f"expected `{text}`, found `{token.text}`", token)
        return token

    def name(self) -> str:
        """Take a word; raises RustSourceError where none comes."""
        token = self.take()
        if token.kind != "word":
            raise self.error(f"expected a name, found `{token.text}`", token)
        return token.text

    def skip_group(self) -> str:
        """Pass over what comes, with everything inside where it opens a bracket; its text."""
        first = self.take()
        closing = _CLOSING.get(first.text)
        words = [first.text]
        while closing and not self.comes(closing):
            if self.next.kind == END:
                raise self.error(f"`{first.text}` is never closed", first)
            words.append(self.skip_group())
        if closing:
            words.append(self.take().text)
        return "".join(words)

    def error(self, problem: str, token: Token | None = None) -> RustSourceError:
        """What to raise at a token, by default at the one that comes."""
        return RustSourceError(self.file, (token or self.next).line, problem)


_CLOSING = {"(": ")", "{": "}", "[": "]"}


def _tokens_of(source: str, file: str) -> Iterator[Token]:
    line, at = 1, 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            raise RustSourceError(file, line, f"`{source[at]}` begins nothing that is known here")
        kind, text = str(found.lastgroup), found.group()
        if kind not in ("space", "comment"):
            yield Token(kind, text, line)
        line += text.count("\n")
        at = found.end()
    yield Token(END, END, line)
