"""Genesis records as JSON, as serde writes a RuntimeGenesisConfig: names in camelCase, unknown ones refused.

    {"balances": {"balances": [["5GrwvaEF…", 1000000000000]]}, "sudo": {"key": null}}

Accounts and keys are SS58 addresses (or 0x…), other bytes 0x…, numbers are numbers (or decimal digits in a string, as
serde writes a FixedU128), tuples and lists are arrays, records objects (or arrays of their fields), an absent value
null, a variant its name or an object of its name and fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NoReturn

from chain.annotations import class_hints
from chain.crypto import ss58
from chain.primitives import AccountId, Hash
from chain.scale import DeclarationError, EncodeError, Scope, codec_of, shape_of
from chain.scale import shapes as scale
from runtime.genesis import GenesisError

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


class GenesisJsonError(GenesisError):
    """JSON that is no genesis config.

    path: of the value that is wrong, as `balances.balances[3][1]`; empty where the text is no JSON object
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


def parsed(text: bytes | str) -> dict[str, Json]:
    """The JSON object that the text is; raises GenesisJsonError, also for fractions and for keys given twice."""
    try:
        found = json.loads(
            text, object_pairs_hook=_without_doubles, parse_float=_refuse_number, parse_constant=_refuse_number
        )
    except GenesisJsonError:
        raise
    except RecursionError:
        raise GenesisJsonError("", "the genesis config is nested too deeply") from None
    except ValueError as error:  # UTF-8, syntax, and numbers of thousands of digits
        raise GenesisJsonError("", f"the genesis config is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise GenesisJsonError("", f"a genesis config is a JSON object, not {_kind(found)}")
    return found


def camel_case(name: str) -> str:
    """`endowed_accounts` or `EndowedAccounts` as serde writes it: `endowedAccounts`."""
    first, *rest = name.split("_")
    return first[:1].lower() + first[1:] + "".join(word[:1].upper() + word[1:] for word in rest)


def record_from_json(kind: type[Any], value: Json, path: str, scope: Scope) -> Any:
    """A pallet's Genesis record; every field must be there. Raises GenesisJsonError with the path of what is wrong."""
    if not isinstance(value, dict):
        raise GenesisJsonError(path, f"must be an object of fields, not {_kind(value)}")
    hints = class_hints(kind)
    names = {camel_case(each.name): each.name for each in fields(kind)}
    _require_keys(value, names, path)
    made = {}
    for key, name in names.items():
        made[name] = _read(_shape(hints[name], scope, f"{path}.{key}"), value[key], f"{path}.{key}")
        _require_codable(hints[name], scope, made[name], f"{path}.{key}")
    return kind(**made)


def record_to_json(record: Any, scope: Scope) -> dict[str, Json]:
    """A pallet's Genesis record as JSON."""
    hints = class_hints(type(record))
    return {
        camel_case(each.name): _write(_shape(hints[each.name], scope, each.name), getattr(record, each.name))
        for each in fields(record)
    }


def value_from_json(hint: Any, value: Json, path: str, scope: Scope, default: object = None) -> Any:
    """A value of any type; fields that a record does not name have those of `default`, or the type's own.

    Raises GenesisJsonError.
    """
    shape = _shape(hint, scope, path)
    if isinstance(shape, scale.Record) and isinstance(value, dict):
        value = _completed(_write(shape, codec_of(hint, scope).default() if default is None else default), value)
    made = _read(shape, value, path)
    _require_codable(hint, scope, made, path)
    return made


def _completed(default: Json, value: Json) -> Json:
    if not isinstance(default, dict) or not isinstance(value, dict):
        return value
    return {**default, **{key: _completed(default.get(key), each) for key, each in value.items()}}


def _shape(hint: Any, scope: Scope, path: str) -> scale.Shape:
    try:
        return shape_of(hint, scope)
    except DeclarationError as error:
        raise GenesisJsonError(path, f"its type cannot be written as JSON: {error}") from error


def _require_codable(hint: Any, scope: Scope, value: object, path: str) -> None:
    """Bounds and ranges are the codec's: it says what does not fit."""
    try:
        codec_of(hint, scope).encode(value)
    except EncodeError as error:
        raise GenesisJsonError(path, str(error)) from None


def _require_keys(value: Mapping[str, Json], names: Mapping[str, str], path: str) -> None:
    unknown, missing = sorted(value.keys() - names.keys()), sorted(names.keys() - value.keys())
    if unknown:
        raise GenesisJsonError(f"{path}.{unknown[0]}", f"unknown field; there are {', '.join(sorted(names)) or 'none'}")
    if missing:
        raise GenesisJsonError(f"{path}.{missing[0]}", "missing")


# Reading


def _read(shape: scale.Shape, value: Json, path: str) -> Any:
    match shape:
        case scale.Integer() | scale.CompactInteger():
            return _integer(value, path)
        case scale.Boolean():
            return value if isinstance(value, bool) else _refuse(path, "true or false", value)
        case scale.Text():
            return value if isinstance(value, str) else _refuse(path, "a string", value)
        case scale.ByteString() | scale.FixedBytes():
            return _bytes(shape, value, path)
        case scale.Option():
            return None if value is None else _read(shape.item, value, path)
        case scale.Sequence() | scale.Array() | scale.SetOf():
            items = value if isinstance(value, list) else _refuse(path, "an array", value)
            return shape.container(_read(shape.item, item, f"{path}[{at}]") for at, item in enumerate(items))
        case scale.TupleOf():
            return tuple(_read_items(shape.items, value, path))
        case scale.Record():
            return _record(shape.cls, shape.fields, value, path)
        case scale.PlainEnum():
            return _member(shape, value, path)
        case scale.Variants():
            return _variant(shape, value, path)
    raise GenesisJsonError(path, f"{shape.name} cannot be written as JSON")


def _integer(value: Json, path: str) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 80:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return _refuse(path, "a whole number", value)
    return value


def _bytes(shape: scale.ByteString | scale.FixedBytes, value: Json, path: str) -> bytes:
    is_address = isinstance(shape, scale.FixedBytes) and shape.length == 32 and shape.hint is not Hash
    if not isinstance(value, str):
        return _refuse(path, "an address" if is_address else "a string 0x…", value)
    if value.startswith("0x"):
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            raise GenesisJsonError(path, f"{value[:70]!r} is not hexadecimal") from None
    if not is_address:
        raise GenesisJsonError(path, "bytes are written 0x… in hexadecimal")
    try:
        return ss58.account_of(value)
    except ss58.AddressError as error:
        raise GenesisJsonError(path, f"{value[:70]!r} is no address: {error}") from None


def _read_items(shapes: tuple[scale.Shape, ...], value: Json, path: str) -> list[Any]:
    items = value if isinstance(value, list) else _refuse(path, f"an array of {len(shapes)}", value)
    if len(items) != len(shapes):
        raise GenesisJsonError(path, f"must be an array of {len(shapes)}, not of {len(items)}")
    return [_read(each, item, f"{path}[{at}]") for at, (each, item) in enumerate(zip(shapes, items, strict=True))]


def _record(cls: type[Any], parts: tuple[scale.Field, ...], value: Json, path: str) -> Any:
    if isinstance(value, list):
        values = _read_items(tuple(part.shape for part in parts), value, path)
        return cls(**{part.name: item for part, item in zip(parts, values, strict=True)})
    if not isinstance(value, dict):
        return _refuse(path, "an object of fields", value)
    names = {camel_case(part.name): part.name for part in parts}
    _require_keys(value, names, path)
    return cls(
        **{part.name: _read(part.shape, value[key], f"{path}.{key}") for key, part in zip(names, parts, strict=True)}
    )


def _member(shape: scale.PlainEnum, value: Json, path: str) -> Any:
    members = {_member_name(member.name): member for member in shape.members.values()}
    if not isinstance(value, str) or value not in members:
        return _refuse(path, f"one of {', '.join(members)}", value)
    return members[value]


def _variant(shape: scale.Variants, value: Json, path: str) -> Any:
    named = {variant.name: variant for variant in shape.variants}
    name, inside = value, None
    if isinstance(value, dict) and len(value) == 1:
        ((name, inside),) = value.items()
    if not isinstance(name, str) or name not in named:
        return _refuse(path, f"one of {', '.join(named)}", value)
    variant = named[name]
    return _record(variant.cls, variant.fields, {} if inside is None else inside, f"{path}.{name}")


# Writing


def _write(shape: scale.Shape, value: Any) -> Json:
    match shape:
        case scale.ByteString() | scale.FixedBytes():
            is_account = isinstance(shape, scale.FixedBytes) and shape.hint is AccountId
            return ss58.encode(value) if is_account else f"0x{value.hex()}"
        case scale.Option():
            return None if value is None else _write(shape.item, value)
        case scale.Sequence() | scale.Array():
            return [_write(shape.item, item) for item in value]
        case scale.SetOf():
            return [_write(shape.item, item) for item in sorted(value)]
        case scale.TupleOf():
            return [_write(each, item) for each, item in zip(shape.items, value, strict=True)]
        case scale.Record():
            return _written_fields(shape.fields, value)
        case scale.PlainEnum():
            return _member_name(value.name)
        case scale.Variants():
            variant = next(each for each in shape.variants if each.cls is type(value))
            return {variant.name: _written_fields(variant.fields, value)} if variant.fields else variant.name
        case scale.Integer() | scale.CompactInteger():
            return int(value)
        case scale.Boolean() | scale.Text():
            return value  # type: ignore[no-any-return]  # the shape says what it is
    raise GenesisJsonError("", f"{shape.name} cannot be written as JSON")


def _written_fields(parts: tuple[scale.Field, ...], value: Any) -> dict[str, Json]:
    return {camel_case(part.name): _write(part.shape, getattr(value, part.name)) for part in parts}


def _member_name(name: str) -> str:
    """`NOT_EXPENDABLE` as Rust writes it: `NotExpendable`."""
    return "".join(word.capitalize() for word in name.split("_")) if name.isupper() else name


# Refusing


def _refuse(path: str, expected: str, value: Json) -> NoReturn:
    raise GenesisJsonError(path, f"must be {expected}, not {_kind(value)}")


def _kind(value: object) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    text = repr(value)
    return text if len(text) <= 70 else f"{text[:70]}…"


def _without_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            raise GenesisJsonError(key, "given twice")
        found[key] = value
    return found


def _refuse_number(text: str) -> NoReturn:
    raise GenesisJsonError("", f"{text} is no whole number: a genesis config has no others")
