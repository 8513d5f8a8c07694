"""Values as people hand them over and like to read them, to and from those that codecs know.

Handed over: a key pair, an SS58 address or `0x…` for an account; an account for an address; a composed call for a
call; None, or the thing itself, for an option. Read: addresses for accounts, digits for bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, runtime_checkable

from chain.crypto.keys import KeyPair
from chain.crypto.ss58 import GENERIC_PREFIX, AddressError, account_of, encode
from chain.metadata import Call, Metadata
from chain.metadata.calls import value_of
from chain.metadata.portable import ArrayType, CompositeType, Field, SequenceType, TupleType, VariantType
from chain.metadata.registry import Registry
from chain.primitives import AccountId
from chain.rpc.hexadecimal import read_hex, to_hex
from chain.scale import EncodeError

AccountLike = KeyPair | bytes | str
"""A key pair, 32 bytes, an SS58 address, or `0x` and 64 digits."""

_GO_ON: Final = object()
"""Of a leaf function: look inside."""

_Leaf = Callable[[int, Any], Any]


@runtime_checkable
class HasCall(Protocol):
    """What stands for a call."""

    @property
    def call(self) -> Call:
        """The call itself."""
        ...


def account_from(who: AccountLike) -> AccountId:
    """The account that somebody means; raises EncodeError."""
    if isinstance(who, KeyPair):
        return who.account
    try:
        data = who if isinstance(who, bytes) else read_hex(who) if who.startswith("0x") else account_of(who)
    except (AddressError, ValueError) as error:
        raise EncodeError("AccountId32", f"{who!r}: {error}") from None
    if len(data) != 32:
        raise EncodeError("AccountId32", f"an account has 32 bytes, not {len(data)}")
    return AccountId(data)


class Values:
    """Takes values of one runtime's types in, and shows them.

    prefix: of the chain's addresses
    """

    def __init__(self, metadata: Metadata, prefix: int = GENERIC_PREFIX) -> None:
        self._registry, self._call = metadata.registry, metadata.view.extrinsic.call
        self._prefix = prefix

    def taken(self, type_id: int, value: Any) -> Any:
        """What was handed over for a type, as its codec knows it; raises EncodeError for what is no account."""
        return _mapped(self._registry, type_id, value, self._take)

    def shown(self, type_id: int, value: Any) -> Any:
        """A value of a type, as people read it."""
        return _mapped(self._registry, type_id, value, self._show)

    def address(self, account: bytes) -> str:
        """The address of an account on this chain."""
        return encode(account, self._prefix)

    def _take(self, type_id: int, value: Any) -> Any:
        name = self._name(type_id)
        if name == "AccountId32" and isinstance(value, KeyPair | str):
            return account_from(value)
        if name == "MultiAddress" and isinstance(value, KeyPair | bytes | str):
            return {"Id": account_from(value)}
        if isinstance(value, HasCall):
            return value_of(value.call) if type_id == self._call else _GO_ON
        if isinstance(value, Call):
            return value_of(value)
        if name == "Option" and not _is_option(value):
            return "None" if value is None else {"Some": self.taken(self._some(type_id), value)}
        return _GO_ON

    def _show(self, type_id: int, value: Any) -> Any:
        name = self._name(type_id)
        if name == "Option" and _is_option(value):
            return None if value == "None" else self.shown(self._some(type_id), value["Some"])
        if isinstance(value, bytes):
            return self.address(value) if name == "AccountId32" and len(value) == 32 else to_hex(value)
        return _GO_ON

    def _some(self, type_id: int) -> int:
        [some] = [case for case in self._registry.variants(type_id) if case.name == "Some"]
        return some.fields[0].type_id

    def _name(self, type_id: int) -> str:
        path = self._registry[type_id].path
        return path[-1] if path else ""


def _is_option(value: Any) -> bool:
    return value == "None" or (isinstance(value, dict) and list(value) == ["Some"])


def _mapped(registry: Registry, type_id: int, value: Any, leaf: _Leaf) -> Any:
    """The value with all that `leaf` knows better; what is not of the type stays, for the codec to refuse."""
    found = leaf(type_id, value)
    if found is not _GO_ON:
        return found
    match registry.definition(type_id):
        case CompositeType(fields=fields):
            return _of_fields(registry, fields, value, leaf)
        case VariantType(cases=cases) if isinstance(value, dict) and len(value) == 1:
            [(name, inner)] = value.items()
            case = next((each for each in cases if each.name == name), None)
            return value if case is None else {name: _of_fields(registry, case.fields, inner, leaf)}
        case SequenceType(item=item) | ArrayType(item=item) if isinstance(value, list | tuple):
            return [_mapped(registry, item, each, leaf) for each in value]
        case TupleType(items=items) if isinstance(value, list | tuple) and len(value) == len(items):
            return tuple(_mapped(registry, item, each, leaf) for item, each in zip(items, value, strict=True))
    return value


def _of_fields(registry: Registry, fields: tuple[Field, ...], value: Any, leaf: _Leaf) -> Any:
    if len(fields) == 1 and fields[0].name is None:
        return _mapped(registry, fields[0].type_id, value, leaf)
    if isinstance(value, Mapping):
        types = {field.name: field.type_id for field in fields}
        return {
            name: _mapped(registry, types[name], each, leaf) if name in types else each for name, each in value.items()
        }
    if isinstance(value, list | tuple) and len(value) == len(fields):
        return tuple(_mapped(registry, field.type_id, each, leaf) for field, each in zip(fields, value, strict=True))
    return value
