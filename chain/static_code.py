"""A Wasm module whose functions answer with bytes that they hold: a runtime's code for those who only read.

It is assembled byte by byte, and the same answers always make the same module. Every function takes a pointer and a
length, as those of a Substrate runtime do, and returns `length << 32 | pointer`:

    memory:  0 … 1023 left alone ‖ answers ‖ `__heap_base`, from which the host allocates
    module:  types, imports (env.memory), functions, globals, exports, code, data, then custom sections
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from chain.record import record
from chain.runtime_api import RuntimeVersion
from chain.runtime_code import MAGIC
from chain.scale import codec_of

DATA_START: Final = 1024
"""Where answers begin: pointers of 0 would look like none."""

PAGE: Final = 65536

_I32, _I64 = b"\x7f", b"\x7e"
_LOCAL_GET, _I32_LOAD, _I32_CONST, _I64_CONST = b"\x20", b"\x28\x02\x00", b"\x41", b"\x42"
_I32_EQ, _I32_NE, _IF_I64, _IF, _ELSE, _END, _UNREACHABLE = (
    b"\x46",
    b"\x47",
    b"\x04\x7e",
    b"\x04\x40",
    b"\x05",
    b"\x0b",
    b"\x00",
)
_KINDS: Final = {"function": b"\0", "memory": b"\2", "global": b"\3"}


@record
class Choice:
    """Answers to a function that is asked with one u32."""

    answers: Mapping[int, bytes]
    otherwise: bytes


Answers = Mapping[str, bytes | Choice]
"""What each function answers, by its name."""


def static_module(answers: Answers, version: RuntimeVersion) -> bytes:
    """The module of these answers, with the version in its custom sections as compiled runtimes have it."""
    data = _Data(_all_bytes(answers))
    functions = [_code_of(answer, data) for answer in answers.values()]
    pages = -(-data.end // PAGE)
    exports = [_name(b"__heap_base") + _KINDS["global"] + _unsigned(0)]
    exports += [_name(name.encode()) + _KINDS["function"] + _unsigned(index) for index, name in enumerate(answers)]
    return b"".join(
        (
            MAGIC,
            _section(1, _vector([b"\x60" + _vector([_I32, _I32]) + _vector([_I64])])),
            _section(2, _vector([_name(b"env") + _name(b"memory") + _KINDS["memory"] + b"\0" + _unsigned(pages)])),
            _section(3, _vector([_unsigned(0)] * len(functions))),
            _section(6, _vector([_I32 + b"\0" + _I32_CONST + _signed(data.end) + _END])),
            _section(7, _vector(exports)),
            _section(10, _vector([_sized(code) for code in functions])),
            _section(11, _vector([b"\0" + _I32_CONST + _signed(DATA_START) + _END + _sized(data.bytes)])),
            *version_sections(version),
        )
    )


def version_sections(version: RuntimeVersion) -> tuple[bytes, bytes]:
    """The custom sections that tell a version (sp_version::embed; `chain.runtime_code` reads them)."""
    without_apis = RuntimeVersion(
        spec_name=version.spec_name,
        impl_name=version.impl_name,
        authoring_version=version.authoring_version,
        spec_version=version.spec_version,
        impl_version=version.impl_version,
        apis=(),
        transaction_version=version.transaction_version,
        state_version=version.state_version,
    )
    apis = b"".join(name + number.to_bytes(4, "little") for name, number in version.apis)
    return (
        _section(0, _name(b"runtime_version") + codec_of(RuntimeVersion).encode(without_apis)),
        _section(0, _name(b"runtime_apis") + apis),
    )


class _Data:
    """All answers in one segment; what is in it already is not added again."""

    def __init__(self, answers: Iterable[bytes]) -> None:
        self.bytes = b""
        for answer in sorted(answers, key=lambda each: (-len(each), each)):
            if answer not in self.bytes:
                self.bytes += answer

    @property
    def end(self) -> int:
        """The first address after the data that a host may allocate from."""
        return DATA_START + len(self.bytes) + -len(self.bytes) % 16

    def place_of(self, answer: bytes) -> int:
        """What a function returns for this answer, as the signed number that Wasm takes."""
        place = len(answer) << 32 | DATA_START + self.bytes.index(answer)
        return place - (1 << 64) if place >> 63 else place


def _all_bytes(answers: Answers) -> Iterable[bytes]:
    for answer in answers.values():
        if isinstance(answer, Choice):
            yield from (*answer.answers.values(), answer.otherwise)
        else:
            yield answer


def _code_of(answer: bytes | Choice, data: _Data) -> bytes:
    """A function's body: no locals, then instructions."""
    if not isinstance(answer, Choice):
        return b"\0" + _I64_CONST + _signed(data.place_of(answer)) + _END
    code = b"\0" + _LOCAL_GET + b"\1" + _I32_CONST + _signed(4) + _I32_NE + _IF + _UNREACHABLE + _END
    for number, one in sorted(answer.answers.items()):
        code += _LOCAL_GET + b"\0" + _I32_LOAD + _I32_CONST + _signed(number) + _I32_EQ + _IF_I64
        code += _I64_CONST + _signed(data.place_of(one)) + _ELSE
    return code + _I64_CONST + _signed(data.place_of(answer.otherwise)) + _END * (len(answer.answers) + 1)


def _section(kind: int, content: bytes) -> bytes:
    return bytes((kind,)) + _sized(content)


def _sized(content: bytes) -> bytes:
    return _unsigned(len(content)) + content


def _name(name: bytes) -> bytes:
    return _sized(name)


def _vector(items: list[bytes]) -> bytes:
    return _unsigned(len(items)) + b"".join(items)


def _unsigned(value: int) -> bytes:
    """LEB128: groups of 7 bits, the lowest first; all but the last have the highest bit set."""
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _signed(value: int) -> bytes:
    """The same with a sign: bit 6 of the last group is that of all higher bits."""
    encoded = bytearray()
    while not -64 <= value < 64:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value & 127)
    return bytes(encoded)
