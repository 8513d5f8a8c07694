"""View functions: questions about a pallet's state that clients ask by runtime API (metadata V16).

    @view_function
    def balance_of(self, who: AccountId) -> Balance | None:
        return self.balances.get(who)

A client calls it by an id of 32 bytes: twox128(pallet) ‖ twox128(signature), where the signature is the one in Rust,
`balance_of(T::AccountId) -> Option<BalanceOf<T>>`. It is worked out from the annotations as they are written, or given
where Rust's words are others: `@view_function(signature="…")`.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar, cast, overload

from chain.crypto.hashing import twox_128
from chain.record import record

Method = TypeVar("Method", bound=Callable[..., Any])

RUST_WORDS: Final[Mapping[str, str]] = {
    "AccountId": "T::AccountId",
    "Balance": "BalanceOf<T>",
    "BlockNumber": "BlockNumberFor<T>",
    "Hash": "T::Hash",
    "Nonce": "T::Nonce",
    "RuntimeCall": "T::RuntimeCall",
    "bool": "bool",
    "bytes": "Vec<u8>",
    "str": "String",
    **{f"{sign}{bits}": f"{sign.lower()}{bits}" for sign in "UI" for bits in (8, 16, 32, 64, 128)},
}
"""How pallets in Rust write what annotations call by these names; other names stay."""


class ViewFunctionError(Exception):
    """A view function gave no answer (frame_support::view_functions::ViewFunctionDispatchError)."""


class ViewFunctionNotFound(ViewFunctionError):
    """The runtime has no view function of this id."""

    def __init__(self, identifier: bytes) -> None:
        super().__init__(f"no pallet has the view function 0x{identifier.hex()}")
        self.identifier = identifier


class ViewFunctionInput(ViewFunctionError):
    """The bytes are no arguments of the view function."""


@record
class ViewFunctionMarks:
    """What `@view_function` says of a method."""

    signature: str | None


@record
class ViewFunctionDefinition:
    """A view function as its pallet declares it; annotations for parameters and result."""

    name: str
    parameters: tuple[tuple[str, Any], ...]
    result: Any
    signature: str
    docs: str
    line: int

    def identifier(self, pallet: str) -> bytes:
        """twox128(pallet) ‖ twox128(signature)."""
        return twox_128(pallet.encode()) + twox_128(self.signature.encode())


@overload
def view_function(method: Method, /) -> Method: ...


@overload
def view_function(*, signature: str) -> Callable[[Method], Method]: ...


def view_function(method: Any = None, /, *, signature: str | None = None) -> Any:
    """Make a method a view function: it reads, answers, and writes nothing."""

    def mark(marked: Any) -> Any:
        marked.view_marks = ViewFunctionMarks(signature)
        return marked

    return mark if method is None else mark(method)


Hints = Callable[[str, Any, list[str], int], dict[str, Any]]
"""Resolves the annotations of some parameters of a method: its name, the method, their names, its line."""


def view_functions_of(
    methods: Mapping[str, Any], hints: Hints, note: Callable[[int, str], None]
) -> Iterator[ViewFunctionDefinition]:
    """The methods with `@view_function`, in order of definition; mistakes are noted."""
    for name, method in methods.items():
        marks = getattr(method, "view_marks", None)
        if not isinstance(marks, ViewFunctionMarks):
            continue
        code = method.__code__
        line = code.co_firstlineno + 1
        parameters = list(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])
        if "return" not in method.__annotations__ or method.__annotations__["return"] in (None, "None"):
            note(line, f"{name}: a view function says what it answers")
            continue
        found = hints(name, method, [*parameters, "return"], line)
        result = found.pop("return")
        if any(each not in method.__annotations__ for each in parameters):
            continue  # that is noted
        signature = marks.signature or _signature(name, method, parameters)
        if signature is None:
            note(line, f"{name}: its signature in Rust cannot be told; give it: @view_function(signature=…)")
            continue
        docs = inspect.getdoc(method) or ""
        yield ViewFunctionDefinition(name, tuple(found.items()), result, signature, docs, line)


def _signature(name: str, method: Any, parameters: list[str]) -> str | None:
    try:
        words = [_in_rust(str(method.__annotations__.get(each))) for each in (*parameters, "return")]
    except (ValueError, SyntaxError):
        return None
    return f"{name}({','.join(words[:-1])}) -> {words[-1]}"


def _in_rust(annotation: str) -> str:
    """An annotation as it is written, in Rust's words; raises ValueError where there are none."""
    return _words_of(ast.parse(annotation, mode="eval").body)


def _words_of(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return RUST_WORDS.get(node.id, node.id)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        right = node.right
        if isinstance(right, ast.Constant) and right.value is None:
            return f"Option<{_words_of(node.left)}>"
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        inner = node.slice
        if node.value.id == "list":
            return f"Vec<{_words_of(inner)}>"
        if node.value.id == "tuple" and isinstance(inner, ast.Tuple):
            return f"({','.join(_words_of(each) for each in inner.elts)})"
    raise ValueError(f"{ast.unparse(node)} has no words in Rust")


def bound_view(pallet: object, definition: ViewFunctionDefinition) -> Callable[..., object]:
    """The view function of one pallet object."""
    return cast("Callable[..., object]", getattr(pallet, definition.name))
