"""Reads what a pallet class declares, and reports all its mistakes together, each with file and line."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FunctionType
from typing import Annotated, Any, get_args, get_origin

from chain.annotations import class_hints, resolved
from chain.record import record
from chain.scale import DeclarationError, Scope, shape_of
from pallets.frame.authorize import AuthorizeDefinition, AuthorizeMarks
from pallets.frame.call import CallCodec, CallDefinition, CallMarks, RuntimeCall
from pallets.frame.error import PalletError
from pallets.frame.event import PalletEvent, RuntimeEvent
from pallets.frame.origin import Origin, PalletOrigin
from pallets.frame.pallet_check import check_pallet
from pallets.frame.source_text import class_lines, file_of, unresolved
from pallets.frame.storage import ITEM_CLASSES, ItemOptions
from pallets.frame.tasks import RuntimeTask, TaskDefinition, tasks_of
from pallets.frame.view import ViewFunctionDefinition, view_functions_of
from pallets.frame.weight import DispatchClass, Weight

HOOKS = (
    "on_runtime_upgrade",
    "on_initialize",
    "on_poll",
    "on_idle",
    "on_finalize",
    "offchain_worker",
    "offchain_finalized",
    "with_offchain_work",
    "with_finalized_work",
    "create_inherent",
    "is_inherent",
    "is_inherent_required",
    "validate_unsigned",
    "try_state",
)


@record
class Mistake:
    """One thing wrong in a declaration."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class DeclarationMistakes(TypeError):
    """A pallet or runtime is declared wrongly; all mistakes that could be found at once."""

    def __init__(self, subject: str, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line))
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__(f"{subject}: {count} in its declaration\n" + "\n".join(f"  {each}" for each in self.mistakes))


@record
class StorageDeclaration:
    """A storage item as its pallet declares it."""

    attribute: str
    name: str
    item_class: Any
    keys: tuple[Any, ...]
    value: Any
    optional: bool
    options: ItemOptions


@dataclass(slots=True)
class PalletDeclaration:
    """All that a pallet class declares."""

    storage: list[StorageDeclaration] = field(default_factory=list)
    calls: list[CallDefinition] = field(default_factory=list)
    event: type[PalletEvent] | None = None
    error: type[PalletError] | None = None
    origin: type[PalletOrigin] | None = None
    authorizations: dict[str, AuthorizeDefinition] = field(default_factory=dict)
    """By the name of the call."""

    view_functions: tuple[ViewFunctionDefinition, ...] = ()
    tasks: tuple[TaskDefinition, ...] = ()
    genesis: type[Any] | None = None
    hooks: frozenset[str] = frozenset()


def declaration_of(pallet: type) -> PalletDeclaration:
    """Reads the class; raises DeclarationMistakes with everything that is wrong."""
    reader = _Reader(pallet)
    declaration = PalletDeclaration(
        storage=list(reader.storage_items()),
        calls=sorted(reader.calls(), key=lambda definition: definition.index),
        authorizations=reader.authorizations(),
        view_functions=tuple(view_functions_of(reader.methods, reader.parameter_hints, reader.note)),
        tasks=tuple(tasks_of(reader.methods, reader.parameter_hints, reader.note)),
        event=reader.module_class("Event", PalletEvent),
        error=reader.module_class("Error", PalletError),
        origin=reader.module_origin(),
        genesis=reader.module_class("Genesis", object),
        hooks=frozenset(name for name in HOOKS if _overrides(pallet, name)),
    )
    reader.check_names(declaration)
    if reader.mistakes:
        reader.check_types(declaration)
        raise DeclarationMistakes(pallet.__qualname__, reader.mistakes)
    return declaration


def require_types(pallet: type) -> None:
    """Raises DeclarationMistakes with every type in the declaration that has no codec.

    Not part of reading the class, because deriving all types takes as long as importing them: test runtimes ask it
    of every pallet, other runtimes when they meet the first type that has no codec.
    """
    if pallet in _REQUIRED:
        return
    reader = _Reader(pallet)
    reader.check_types(vars(pallet)["declaration"])
    if reader.mistakes:
        raise DeclarationMistakes(pallet.__qualname__, reader.mistakes)
    _REQUIRED.add(pallet)


_REQUIRED: set[type] = set()
"""Pallets whose types are known to be right."""


def on_chain_name(attribute: str) -> str:
    """`block_hash` as FRAME writes it: `BlockHash`."""
    return "".join(word[:1].upper() + word[1:] for word in attribute.split("_"))


def optional_part(hint: Any) -> tuple[Any, bool]:
    """The hint without its `| None`, and whether it had one."""
    arguments = get_args(hint)
    if get_origin(hint) is not Annotated and type(None) in arguments:
        rest = tuple(argument for argument in arguments if argument is not type(None))
        union = rest[0]
        for part in rest[1:]:
            union = union | part
        return union, True
    return hint, False


def _overrides(pallet: type, name: str) -> bool:
    return any(name in vars(cls) for cls in pallet.__mro__ if cls.__module__ != "pallets.frame.pallet")


class _AnyConstant:
    """Stands for a config that is not there yet: every bound is 1."""

    def __getattr__(self, name: str) -> int:
        return 1


class _AnyType(dict[str, type[Any]]):
    """Stands for the types of a config that is not there yet: each is a bool."""

    def get(self, _name: str, _default: object = None) -> type[Any]:
        return bool


_OPAQUE = CallCodec().codec
_ANY_SCOPE = Scope(
    constants=_AnyConstant(),
    types=dict.fromkeys((RuntimeCall, RuntimeEvent, RuntimeTask, Origin), _OPAQUE),
    associated=_AnyType(),
)
"""What declarations may refer to before there is a runtime."""


class _Reader:
    def __init__(self, pallet: type) -> None:
        self.pallet = pallet
        self.mistakes: list[Mistake] = []
        self.file = file_of(pallet)
        self.methods = {name: method for cls in reversed(pallet.__mro__) for name, method in vars(cls).items()}
        """All that the class and its bases define, by name."""

        read = [(cls, vars(cls)["declaration"]) for cls in pallet.__mro__[1:] if "declaration" in vars(cls)]
        self._storage_read = {(cls, each.attribute): each for cls, found in read for each in found.storage}
        self._calls_read = {(each.name, each.method): each for _, found in read for each in found.calls}
        """What its bases declare, which was right."""

    def note(self, where: int | str | type, text: str) -> None:
        """A mistake in a line, at a storage attribute, or of an event class."""
        if isinstance(where, str):
            self.mistakes.append(Mistake(self.file, class_lines(self.file, self.pallet.__name__).get(where, 0), text))
        elif isinstance(where, int):
            self.mistakes.append(Mistake(self.file, where, text))
        else:
            file = file_of(where)
            self.mistakes.append(Mistake(file, class_lines(file, where.__name__).get("", 0), text))

    def module_class(self, name: str, base: type) -> Any:
        found = vars(sys.modules[self.pallet.__module__]).get(name)
        return found if isinstance(found, type) and issubclass(found, base) else None

    def module_origin(self) -> type[PalletOrigin] | None:
        """The module's origin enum, whatever its name: `Origin` is the outer one's."""
        found = [
            each
            for each in vars(sys.modules[self.pallet.__module__]).values()
            if isinstance(each, type) and PalletOrigin in each.__bases__
        ]
        if len(found) > 1:
            names = ", ".join(each.__name__ for each in found)
            self.note(found[1], f"{names}: a pallet has one enum of origins")
        return found[0] if found else None

    # Storage

    def storage_items(self) -> Iterator[StorageDeclaration]:
        for cls in reversed(self.pallet.__mro__):
            for attribute, written in vars(cls).get("__annotations__", {}).items():
                if "Storage" not in str(written):
                    continue
                known = self._storage_read.get((cls, attribute))
                if known is not None and known.options == self._options(attribute):
                    yield known
                    continue
                hint = self._resolved(cls, attribute, written)
                if get_origin(hint) in ITEM_CLASSES:
                    yield self._storage_item(attribute, hint)
                elif hint is not None:
                    self.note(attribute, f"{attribute}: a storage item names its types, {written}[…]")

    def _resolved(self, cls: type, attribute: str, written: Any) -> Any:
        try:
            return resolved(written, vars(sys.modules[cls.__module__]), vars(cls))
        except (NameError, AttributeError, TypeError, SyntaxError) as problem:
            reason = unresolved(problem, vars(sys.modules[cls.__module__]))
            self.note(attribute, f"{attribute}: {written} cannot be resolved: {reason}")
            return None

    def _storage_item(self, attribute: str, hint: Any) -> StorageDeclaration:
        item_class, arguments = get_origin(hint), get_args(hint)
        parts = ITEM_CLASSES[item_class]
        keys = get_args(arguments[0]) if parts is None else arguments[:parts]
        value, optional = optional_part(arguments[-1])
        options = self._options(attribute)
        return StorageDeclaration(
            attribute, options.name or on_chain_name(attribute), item_class, keys, value, optional, options
        )

    def _options(self, attribute: str) -> ItemOptions:
        for cls in self.pallet.__mro__:
            options = vars(cls).get(attribute)
            if isinstance(options, ItemOptions):
                return options
            inherited = vars(cls).get("declaration")
            for storage in inherited.storage if isinstance(inherited, PalletDeclaration) else ():
                if storage.attribute == attribute:
                    return storage.options
        return ItemOptions(None, None, None, False)

    # Calls

    def calls(self) -> Iterator[CallDefinition]:
        for name, method in self.methods.items():
            marks = getattr(method, "call_marks", None)
            if isinstance(marks, CallMarks) and name not in vars(self.pallet).get("without_calls", ()):
                definition = self._calls_read.get((name, method)) or self._call(name, method, marks)
                if definition is not None:
                    yield definition

    def _call(self, name: str, method: FunctionType, marks: CallMarks) -> CallDefinition | None:
        code = method.__code__
        line = code.co_firstlineno + 1
        names = _parameter_names(method)
        origin, parameters = names[:1], names[1:]
        if origin != ["origin"]:
            self.note(line, f"{name}: a call's first parameter is `origin: Origin`")
        if code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
            self.note(line, f"{name}: a call has a fixed list of parameters")
        hints = self.parameter_hints(name, method, parameters, line)
        if not 0 <= marks.index <= 255:
            self.note(line, f"{name}: call index {marks.index} does not fit a byte")
        if marks.weight is None:
            self.note(line, f"{name}: a call needs a weight, as in @call({marks.index}, weight=db(reads=1, writes=1))")
            return None
        for function in (marks.weight, marks.dispatch_class):
            self._check_function(name, line, function, set(parameters))
        if marks.feeless_if is not None:
            self._check_function(name, line, marks.feeless_if, {*parameters, "origin", "pallet"})
        return CallDefinition(
            name=name,
            index=marks.index,
            weight=marks.weight,
            dispatch_class=marks.dispatch_class,
            pays=marks.pays,
            parameters=tuple(hints.items()),
            method=method,
            line=line,
            feeless_if=marks.feeless_if,
        )

    def parameter_hints(self, name: str, method: FunctionType, parameters: list[str], line: int) -> dict[str, Any]:
        """The annotations of some parameters; what has none, or none that can be resolved, is noted."""
        hints: dict[str, Any] = {}
        for parameter in parameters:
            written = method.__annotations__.get(parameter)
            hints[parameter] = None
            if written is None:
                self.note(line, f"{name}: parameter {parameter} has no type: write {parameter}: U32, or whatever it is")
                continue
            try:
                hints[parameter] = resolved(written, method.__globals__)
            except (NameError, AttributeError, TypeError, SyntaxError) as problem:
                reason = unresolved(problem, method.__globals__)
                self.note(line, f"{name}: type {written} of {parameter} cannot be resolved: {reason}")
        return hints

    def _check_function(self, name: str, line: int, function: object, parameters: set[str]) -> None:
        if isinstance(function, Weight | DispatchClass):
            return
        if not callable(function):
            self.note(line, f"{name}: {function!r} is neither a Weight nor a function")
            return
        for parameter in inspect.signature(function).parameters:
            if parameter not in parameters and parameter != "config":
                called = getattr(function, "__name__", "weight")
                self.note(line, f"{name}: {called} asks for {parameter}, which is no parameter of the call")

    def authorizations(self) -> dict[str, AuthorizeDefinition]:
        """The methods with `@authorize`, by the call that they are for."""
        found: dict[str, AuthorizeDefinition] = {}
        for name, method in self.methods.items():
            marks = getattr(method, "authorize_marks", None)
            if not isinstance(marks, AuthorizeMarks):
                continue
            line = method.__code__.co_firstlineno + 1
            if marks.call in found:
                self.note(line, f"{name}: {found[marks.call].method} authorizes {marks.call} already")
            call = getattr(self.pallet, marks.call, None)
            if not isinstance(getattr(call, "call_marks", None), CallMarks):
                self.note(line, f"{name}: {marks.call} is no call of this pallet")
            elif _parameter_names(method)[1:] != _parameter_names(call)[1:]:
                self.note(line, f"{name}: an authorization takes `source` and what {marks.call} takes")
            self._check_function(name, line, marks.weight, set(_parameter_names(method)[1:]))
            found[marks.call] = AuthorizeDefinition(name, marks.weight)
        return found

    # Types

    def check_types(self, declaration: PalletDeclaration) -> None:
        check_pallet(self.pallet, [(each.attribute, each.keys, each.value) for each in declaration.storage], self.note)
        for storage in declaration.storage:
            for hint in (*storage.keys, storage.value):
                self._check_type(storage.attribute, storage.attribute, hint)
        for definition in declaration.calls:
            for parameter, hint in definition.parameters:
                if hint is not None:
                    self._check_type(definition.line, f"{definition.name}: {parameter}", hint)
        for view in declaration.view_functions:
            for parameter, hint in (*view.parameters, ("its answer", view.result)):
                self._check_type(view.line, f"{view.name}: {parameter}", hint)
        for task in declaration.tasks:
            for parameter, hint in task.parameters:
                self._check_type(task.line, f"{task.name}: {parameter}", hint)
        for enum in (declaration.event, declaration.origin):
            for variant in enum.variants.values() if enum else ():
                self._check_variant(variant)

    def _check_variant(self, variant: type) -> None:
        try:
            fields = class_hints(variant)
        except NameError as problem:
            self.note(variant, f"{variant.__name__}: {problem}")
            return
        for each in dataclasses.fields(variant):
            self._check_type(variant, f"{variant.__name__}: {each.name}", fields[each.name])

    def _check_type(self, where: int | str | type, subject: str, hint: Any) -> None:
        try:
            shape_of(hint, _ANY_SCOPE)
        except DeclarationError as problem:
            self.note(where, f"{subject}: {problem}")

    # Names and numbers

    def check_names(self, declaration: PalletDeclaration) -> None:
        names: dict[str, str] = {}
        for storage in declaration.storage:
            if storage.name in names:
                self.note(
                    storage.attribute,
                    f"{storage.attribute}: {names[storage.name]} is {storage.name} on chain already: use item(name=…)",
                )
            names[storage.name] = storage.attribute
        if "create_inherent" in declaration.hooks and "is_inherent" not in declaration.hooks:
            self.note("", "create_inherent: a pallet with inherents tells them from other calls by is_inherent")
        indices: dict[int, str] = {}
        for definition in declaration.calls:
            if definition.index in indices:
                taken = f"call index {definition.index} is {indices[definition.index]}'s"
                self.note(definition.line, f"{definition.name}: {taken}: take another")
            indices[definition.index] = definition.name


def _parameter_names(method: Any) -> list[str]:
    """The parameters of a method behind `self`."""
    code = method.__code__
    return list(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])
