"""Finds secrets in texts, whole or in part, in the forms in which texts have bytes.

    index = SecretIndex()
    index.learn(seed)
    index.spans(f"it is {seed.hex()}")      # [(6, 70)]

A part of a secret counts from half of it on, and from sixteen bytes: half of a key is found, and not what two keys
begin with alike, or an account within what is kept secret as a whole. Each form has anchors, six characters at regular
places, close enough that every such part has a whole one; at an anchor that a text has, the text is compared with the
form to both sides.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import Final

from chain.record import record

ANCHOR: Final = 6
"""Characters; what is shorter in a form is not looked for in it: texts would have that by chance."""

LONG: Final = 1024
"""Bytes from which on a secret, a model and the like, is looked for by `ANCHORS` in the common forms alone."""

LONGEST_NUMBER: Final = 66
"""Bytes of a secret that a program may have as a number: a scalar of the largest curve."""

ANCHORS: Final = 64
"""Of a long secret in each form: parts of it are found from a sixty-fourth on."""

REPEATED: Final = 2
"""Times that a form may have the same anchor: a pattern without end is not compared at each of its places."""

SHARED: Final = 2
"""Characters of Base64 that a part of a secret shares with what stands beside it, at most."""

_BLOCK: Final = 64
"""Characters compared at a time."""

Span = tuple[int, int]
Find = tuple[int, int, bytes]


@record
class Form:
    """How texts have bytes.

    text: all of it; least: characters of sixteen bytes, None where the whole alone is looked for
    slice: of a long value, the characters from a place on, with that place: near a byte, without making all of it
    """

    text: Callable[[bytes], str]
    least: int | None = None
    slice: Callable[[bytes, int], tuple[int, str]] | None = None


def _latin(value: bytes) -> str:
    return value.decode("latin-1")


def _hex(value: bytes) -> str:
    return value.hex()


def _capital_hex(value: bytes) -> str:
    return value.hex().upper()


def _base64_within(before: int, altchars: bytes | None) -> Form:
    """Base64 of something that has the secret after so many bytes of a group of three: what is the secret's alone."""
    lead = (before * 8 + 5) // 6

    def text(value: bytes) -> str:
        encoded = b64encode(bytes(before) + value, altchars).decode()
        return encoded[lead : (before + len(value)) * 8 // 6]

    def part(value: bytes, at: int) -> tuple[int, str]:
        start = max(at // 3, 1) * 3  # a group begins in the secret, `before` bytes earlier
        group = value[start - before : start - before + ANCHOR]
        return start // 3 * 4 - lead, b64encode(group, altchars).decode()[:ANCHOR]

    return Form(text, 20, part)


def _escaped(value: bytes) -> str:
    return repr(value)[2:-1]


def _padded(value: bytes) -> str:
    return b64encode(value).decode()


def _in_json(value: bytes) -> str:
    from json import dumps  # for nodes that have secrets

    return dumps(value.decode(errors="replace"))[1:-1]


def _in_address(value: bytes) -> str:
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(value)


def _listed(value: bytes) -> str:
    return ", ".join(map(str, value))


def _reversed_hex(value: bytes) -> str:
    return value[::-1].hex()


def _number(value: bytes) -> str:
    return str(int.from_bytes(value)) if len(value) <= LONGEST_NUMBER else ""


def _reversed_number(value: bytes) -> str:
    return _number(value[::-1])


def _ignored(value: bytes) -> str:
    return value.decode(errors="ignore")


def _replaced(value: bytes) -> str:
    return value.decode(errors="replace")


FORMS: Final = (
    Form(_latin, 16, lambda value, at: (at, _latin(value[at : at + ANCHOR]))),
    Form(_hex, 32, lambda value, at: (2 * at, _hex(value[at : at + ANCHOR])[:ANCHOR])),
    Form(_capital_hex, 32, lambda value, at: (2 * at, _capital_hex(value[at : at + ANCHOR])[:ANCHOR])),
    *(_base64_within(before, altchars) for before in range(3) for altchars in (None, b"-_")),
    Form(_reversed_hex, 32),
    Form(_number),
    Form(_reversed_number),
    Form(_listed),
    Form(_padded),
    Form(_escaped),
    Form(_in_json),
    Form(_in_address),
    Form(_ignored),
    Form(_replaced),
)
"""Bytes as byte strings are scanned (a character a byte), in hexadecimal, in Base64 at each of the three alignments and
with both alphabets, as numbers, as lists, as Python shows them, in JSON, in addresses, and as UTF-8 that is not."""

_Anchor = tuple[str, Form, int, int]
"""Six characters, of which form, at which place of it, and from how many characters on a part counts."""

_Place = tuple[bytes, Form, int, int]


class SecretIndex:
    """Secrets by their anchors, which are made when somebody looks: nobody ever looks for most of what is learnt.

    Any number of threads may learn and look.
    """

    def __init__(self) -> None:
        self._places: dict[str, tuple[_Place, ...]] = {}
        self._unanchored: dict[bytes, None] = {}
        self._lock = Lock()

    def learn(self, value: bytes) -> None:
        """Find it from now on; nothing of zeros, which overwrite what was secret."""
        if value.strip(b"\0"):
            with self._lock:
                self._unanchored[value] = None

    def forget(self, value: bytes) -> None:
        """Find it no more."""
        with self._lock:
            if value in self._unanchored:
                del self._unanchored[value]
                return
            for anchor in {each[0] for each in _anchors(value)}:
                left = tuple(place for place in self._places.get(anchor, ()) if place[0] != value)
                if left:
                    self._places[anchor] = left
                else:
                    self._places.pop(anchor, None)

    def spans(self, text: str) -> list[Span]:
        """Where a text has any of them: places that do not overlap, in order."""
        return merged((start, end) for start, end, _ in self.finds(text))

    def finds(self, text: str) -> list[Find]:
        """Where a text has which of them."""
        if self._unanchored:
            self._anchor()
        places = self._places
        if not places:
            return []
        hits = [at for at in range(len(text) - ANCHOR + 1) if text[at : at + ANCHOR] in places]
        return list(self._compared(text, hits)) if hits else []

    def _anchor(self) -> None:
        """Make the anchors of what was learnt since the last look."""
        with self._lock:
            for value in self._unanchored:
                for anchor, form, at, least in _anchors(value):
                    self._places[anchor] = (*self._places.get(anchor, ()), (value, form, at, least))
            self._unanchored.clear()  # at the end: whoever looks meanwhile waits for the lock

    def _compared(self, text: str, hits: list[int]) -> Iterator[Find]:
        """Where the text is as a form around an anchor."""
        texts = dict[tuple[int, int], str]()
        compared, found = dict[tuple[int, int, int], int](), dict[tuple[int, int], int]()
        for at in hits:
            for value, form, there, least in self._places.get(text[at : at + ANCHOR], ()):
                which = (id(value), id(form))
                if found.get(which, 0) > at or compared.get((*which, at - there), 0) > at:  # from an earlier anchor
                    continue
                if which not in texts:
                    texts[which] = form.text(value)
                shown = texts[which]
                start = at - _alike_before(text, at, shown, there)
                end = at + _alike_from(text, at, shown, there)
                compared[(*which, at - there)] = end
                if end - start >= least:
                    found[which] = end
                    yield start, end, value


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, as one where they overlap."""
    found = list[Span]()
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def without(text: str, spans: list[Span], instead: str) -> str:
    """The text with something else in these places."""
    shown, done = list[str](), 0
    for start, end in spans:
        shown += (text[done:start], instead)
        done = end
    return "".join((*shown, text[done:])) if shown else text


def _anchors(value: bytes) -> Iterator[_Anchor]:
    """Those of a value in all forms; a form that is as another one has none of its own."""
    if len(value) > LONG:
        yield from _anchors_of_long(value)
        return
    told = set[str]()
    for form in FORMS:
        text = form.text(value)
        if len(text) < ANCHOR or text in told:
            continue
        told.add(text)
        whole = len(text)
        least = whole if form.least is None else min(max(form.least, whole // 2 - SHARED), whole)
        times = Counter[str]()
        for at in range(0, whole - ANCHOR + 1, least - ANCHOR + 1):
            anchor = text[at : at + ANCHOR]
            times[anchor] += 1
            if _is_telling(anchor) and times[anchor] <= REPEATED:
                yield anchor, form, at, least
            elif at == 0:
                yield anchor, form, at, whole


def _anchors_of_long(value: bytes) -> Iterator[_Anchor]:
    step = len(value) // ANCHORS
    for form in FORMS:
        if form.slice is not None:
            times = Counter[str]()
            for at in range(0, len(value) - 2 * ANCHOR, step):
                there, anchor = form.slice(value, at)
                times[anchor] += 1
                if _is_telling(anchor) and times[anchor] <= REPEATED:
                    yield anchor, form, there, step


def _is_telling(anchor: str) -> bool:
    """Whether it is more than a filling of one or two characters, which many texts have."""
    return len(set(anchor)) > 2


def _alike_from(text: str, at: int, other: str, there: int) -> int:
    """How many characters are the same in both from these places on."""
    count, most = 0, min(len(text) - at, len(other) - there)
    while count < most:
        size = min(_BLOCK, most - count)
        if text[at + count : at + count + size] != other[there + count : there + count + size]:
            return count + next(i for i in range(size) if text[at + count + i] != other[there + count + i])
        count += size
    return most


def _alike_before(text: str, at: int, other: str, there: int) -> int:
    """How many characters are the same in both before these places."""
    count, most = 0, min(at, there)
    while count < most:
        size = min(_BLOCK, most - count)
        if text[at - count - size : at - count] != other[there - count - size : there - count]:
            return count + next(i for i in range(size) if text[at - count - 1 - i] != other[there - count - 1 - i])
        count += size
    return most
