"""The fields of record classes: their annotations, resolved, with type variables replaced by what they stand for."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_origin

from chain.annotations import class_hints, resolved
from chain.primitives import Enumeration
from chain.scale.errors import DeclarationError


def field_hints(hint: Any) -> list[tuple[str, Any]]:
    """Name and annotation of each field of a dataclass, or of a parametrised one (`Page[U32]`)."""
    cls = get_origin(hint) or hint
    if isinstance(cls, type) and issubclass(cls, Enumeration):
        return _variant_hints(cls)
    variables = _meanings(hint)
    try:
        hints = class_hints(cls)
    except (NameError, TypeError, SyntaxError, AttributeError) as error:
        raise DeclarationError(hint, f"its annotations do not resolve: {error}") from error
    fields = dataclasses.fields(cls)
    hidden = [field.name for field in fields if not field.init]
    if hidden:
        raise DeclarationError(hint, f"field {hidden[0]} is not an argument of the constructor")
    return [(field.name, _replaced(hints[field.name], variables)) for field in fields]


def _variant_hints(variant: type[Enumeration]) -> list[tuple[str, Any]]:
    """As `field_hints`, of what the variant itself declares, without making it a dataclass."""
    declared = inspect.get_annotations(variant)
    try:
        module = vars(sys.modules[variant.__module__])
        return [(name, resolved(written, module)) for name, written in declared.items()]
    except (NameError, TypeError, SyntaxError, AttributeError) as error:
        raise DeclarationError(variant, f"its annotations do not resolve: {error}") from error


def type_parameters(hint: Any) -> list[tuple[str, Any]]:
    """Name and meaning of each type variable of a parametrised class."""
    origin = get_origin(hint)
    if origin is None:
        return []
    return [
        (variable.__name__, meaning) for variable, meaning in zip(origin.__parameters__, get_args(hint), strict=True)
    ]


def documentation(cls: type[Any]) -> str:
    """The class's own docstring; empty where dataclass made it up."""
    docs = cls.__dict__.get("__doc__") or ""
    return "" if docs.startswith(f"{cls.__name__}(") else inspect.cleandoc(docs)


def path_of(cls: type[Any]) -> tuple[str, ...]:
    """Module and class names, outermost first."""
    return tuple(part for part in f"{cls.__module__}.{cls.__qualname__}".split(".") if part != "<locals>")


def _meanings(hint: Any) -> dict[Any, Any]:
    """What each type variable of the class and of its bases stands for."""
    cls = get_origin(hint) or hint
    own = dict(zip(getattr(cls, "__parameters__", ()), get_args(hint), strict=False))
    meanings = dict(own)
    for parent in getattr(cls, "__orig_bases__", ()):
        if isinstance(get_origin(parent), type) and dataclasses.is_dataclass(get_origin(parent)):
            meanings = _meanings(_replaced(parent, own)) | meanings
    return meanings


def _replaced(hint: Any, variables: Mapping[Any, Any]) -> Any:
    if isinstance(hint, TypeVar):
        return variables.get(hint, hint)
    parameters = getattr(hint, "__parameters__", ())
    if not parameters or isinstance(hint, type):
        return hint
    return hint[tuple(variables.get(parameter, parameter) for parameter in parameters)]
