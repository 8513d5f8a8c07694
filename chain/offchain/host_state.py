"""A state that is read through the boundary, key by key: what a worker that has no copy of it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from typing import Final

from chain.offchain.host_call import Answers, HostCall, Plain
from chain.state.child import DEFAULT_PREFIX
from chain.trie.trie import Trie

FIRST_PAGE: Final = 16
LAST_PAGE: Final = 512
"""Keys that are asked for at a time: few at first, since most who iterate stop soon."""

_Ask = Callable[..., Plain]


class HostState(Trie):
    """Reads as the trie of that root does, by host calls; never written."""

    __slots__ = ("_ask",)

    def __init__(self, answers: Answers, root: bytes, version: int, child: bytes | None = None) -> None:
        self.root, self.version = root, version
        self.children = _Children(answers, version) if child is None else {}
        if child is None:
            self._ask: _Ask = lambda what, *arguments: answers.answer(HostCall(f"state_{what}", arguments))
        else:
            self._ask = lambda what, *arguments: answers.answer(HostCall(f"state_child_{what}", (child, *arguments)))

    def get(self, key: bytes) -> bytes | None:
        found = self._ask("get", key)
        return found if isinstance(found, bytes) else None

    def recall(self, key: bytes) -> bytes | None:
        return self.get(key)

    def keys(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[bytes]:
        return self._keys(prefix, prefix if after is None else max(prefix, after + b"\0"))

    def keys_from(self, start: bytes) -> Iterator[bytes]:
        return self._keys(b"", start)

    def items(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        return ((key, self.get(key) or b"") for key in self.keys(prefix, after))

    def has_prefix(self, prefix: bytes) -> bool:
        return next(self._keys(prefix, prefix, 1), None) is not None

    def with_version(self, version: int) -> Trie:
        del version  # it is never written
        return self

    def _keys(self, prefix: bytes, start: bytes, page: int = FIRST_PAGE) -> Iterator[bytes]:
        while True:
            found = self._ask("keys", prefix, start, page)
            keys = [key for key in found if isinstance(key, bytes)] if isinstance(found, list | tuple) else []
            yield from takewhile(lambda key: key.startswith(prefix), keys)
            if len(keys) < page:
                return
            start, page = keys[-1] + b"\0", min(2 * page, LAST_PAGE)


class _Children(Mapping[bytes, Trie]):
    """The child tries of a state, by the keys of their roots; those that are asked for."""

    def __init__(self, answers: Answers, version: int) -> None:
        self._answers = answers
        self._version = version

    def __getitem__(self, key: bytes) -> Trie:
        name = key.removeprefix(DEFAULT_PREFIX)
        root = self._answers.answer(HostCall("state_child_root", (name,)))
        if not isinstance(root, bytes):
            raise KeyError(key)
        return HostState(self._answers, root, self._version, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def __len__(self) -> int:
        return 0
