"""Calls: the decorator that makes a method dispatchable, and the value that a transaction carries."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from chain.record import maker_of, record
from chain.scale import Codec, DecodeError, Scope, codec_of
from pallets.frame.origin import Origin
from pallets.frame.weight import NO_WEIGHT, DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight

P = ParamSpec("P")
R = TypeVar("R")
Method = TypeVar("Method", bound=Callable[..., PostDispatchInfo | None])

WeightOf = Weight | Callable[..., Weight]
WeightAndClassOf = WeightOf | Callable[..., tuple[Weight, DispatchClass]]
ClassOf = DispatchClass | Callable[..., DispatchClass]
FeelessIf = Callable[..., bool]


@record
class CallMarks:
    """What `@call` says of a method."""

    index: int
    weight: WeightAndClassOf | None
    dispatch_class: ClassOf
    pays: Pays
    feeless_if: FeelessIf | None = None


def call(
    index: int,
    *,
    weight: WeightAndClassOf | None = None,
    dispatch_class: ClassOf = DispatchClass.NORMAL,
    pays: Pays = Pays.YES,
    feeless_if: FeelessIf | None = None,
) -> Callable[[Method], Method]:
    """Make a method dispatchable under `index`.

    weight: fixed, or a named function of some of the call's parameters (by name; `config` stands for the
    constants and the weights of the pallet's config). The class may be such a function, too. Where both depend on
    calls inside the call, one function gives the pair: two would walk each level of nesting twice.
    feeless_if: when a transaction with this call pays no fee, where the runtime has SkipCheckIfFeeless; a function of
    some of the call's parameters, of `origin`, and of `pallet`, which is the pallet in the state as it is then
    """

    def mark(method: Method) -> Method:
        cast(Any, method).call_marks = CallMarks(index, weight, dispatch_class, pays, feeless_if)
        return method

    return mark


@cache
def parameters_of(function: Callable[..., object]) -> Set[str]:
    """The names of a function's parameters, in order."""
    return inspect.signature(function).parameters.keys()


@dataclass(frozen=True)
class CallDefinition:
    """A call as its pallet declares it."""

    name: str
    index: int
    weight: WeightAndClassOf
    dispatch_class: ClassOf
    pays: Pays
    parameters: tuple[tuple[str, Any], ...]
    method: Callable[..., PostDispatchInfo | None] = field(compare=False, repr=False)
    line: int
    feeless_if: FeelessIf | None = None

    @property
    def docs(self) -> str:
        """What the method says of itself."""
        return inspect.getdoc(self.method) or ""


@dataclass(frozen=True)
class CallTarget:
    """A call of one pallet in one runtime: its indices, and what its types and its weight may refer to."""

    pallet: str
    pallet_index: int
    name: str
    index: int
    definition: CallDefinition = field(compare=False, repr=False)
    scope: Scope = field(compare=False, repr=False)

    @cached_property
    def arguments(self) -> Codec[tuple[Any, ...]]:
        """The codec of the arguments; raises DeclarationMistakes where a type has none."""
        hints = tuple(hint for _, hint in self.definition.parameters)
        return codec_of(tuple.__class_getitem__(hints), self.scope)

    @cached_property
    def fixed_info(self) -> DispatchInfo | None:
        """What is known of every such call in this runtime; None where it depends on arguments."""
        definition, constants = self.definition, self.scope.constants
        weight, dispatch_class = definition.weight, definition.dispatch_class
        found = weight(config=constants) if callable(weight) and parameters_of(weight) == {"config"} else weight
        if isinstance(found, Weight) and isinstance(dispatch_class, DispatchClass):
            return DispatchInfo(found, NO_WEIGHT, dispatch_class, definition.pays)
        return None

    @property
    def prefix(self) -> bytes:
        return bytes((self.pallet_index, self.index))


@record
class RuntimeCall:
    """A call with its arguments: what a transaction carries and what is dispatched."""

    target: CallTarget
    arguments: tuple[Any, ...]

    @property
    def named_arguments(self) -> dict[str, Any]:
        """The arguments by parameter name."""
        return {name: value for (name, _), value in zip(self.target.definition.parameters, self.arguments, strict=True)}

    def encode(self) -> bytes:
        """Pallet index ‖ call index ‖ arguments."""
        return self.target.prefix + self.target.arguments.encode(self.arguments)

    def info(self) -> DispatchInfo:
        """Weight, class and fee, as they are known before the call runs; no extension weight."""
        fixed, definition = self.target.fixed_info, self.target.definition
        if fixed is not None:
            return fixed
        weight, dispatch_class = definition.weight, definition.dispatch_class
        found = weight if isinstance(weight, Weight) else weight(**self._selected(weight))
        if not isinstance(found, Weight):
            return DispatchInfo(found[0], NO_WEIGHT, found[1], definition.pays)
        if not isinstance(dispatch_class, DispatchClass):
            dispatch_class = dispatch_class(**self._selected(dispatch_class))
        return DispatchInfo(found, NO_WEIGHT, dispatch_class, definition.pays)

    def weighed(self, weight: WeightOf) -> Weight:
        """A weight that may be a function of this call's arguments."""
        return weight if isinstance(weight, Weight) else weight(**self._selected(weight))

    def is_feeless(self, pallet: object, origin: Origin) -> bool:
        """Whether a transaction with this call pays no fee; `pallet` is the call's own, in the state as it is."""
        condition = self.target.definition.feeless_if
        return condition is not None and condition(**self._selected(condition, pallet=pallet, origin=origin))

    def _selected(self, function: Callable[..., object], **others: Any) -> dict[str, Any]:
        known = {**self.named_arguments, "config": self.target.scope.constants, **others}
        return {name: known[name] for name in parameters_of(function)}

    def __str__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.named_arguments.items())
        return f"{self.target.pallet}.{self.target.name}({arguments})"


class BoundPallet(Protocol):
    """What `call_of` needs of a pallet: its calls in its runtime."""

    call_targets: dict[str, CallTarget]


def call_of(method: Callable[Concatenate[Origin, P], R], *args: P.args, **kwargs: P.kwargs) -> RuntimeCall:
    """The call of a pallet's bound method: `call_of(balances.transfer_allow_death, dest=bob, value=3)`."""
    pallet = cast(BoundPallet, cast(Any, method).__self__)
    target = pallet.call_targets[cast(Any, method).__name__]
    names = [name for name, _ in target.definition.parameters]
    if not args and [*kwargs] == names:  # each named, in order: nothing to work out
        return RuntimeCall(target, tuple(kwargs.values()))
    bound = inspect.signature(method).bind(None, *args, **kwargs)
    return RuntimeCall(target, tuple([bound.arguments[name] for name in names]))


_new_call = maker_of(RuntimeCall)


class CallCodec:
    """Reads and writes the calls of one runtime class; filled as its pallets are registered."""

    def __init__(self) -> None:
        self.targets: dict[int, CallTarget] = {}  # by pallet index << 8 | call index
        self.codec: Codec[RuntimeCall] = Codec(
            name="RuntimeCall",
            encode=RuntimeCall.encode,
            decode=self.decode,
            read=self.read,
            min_size=2,
            max_size=None,
            default=self._no_default,
            is_immutable=False,
        )

    def read(self, data: bytes, offset: int) -> tuple[RuntimeCall, int]:
        """One call from `offset`; raises DecodeError where the indices name none or the arguments are malformed."""
        if len(data) < offset + 2:
            raise DecodeError("RuntimeCall", offset, "needs a pallet index and a call index")
        target = self.targets.get(data[offset] << 8 | data[offset + 1])
        if target is None:
            raise DecodeError("RuntimeCall", offset, f"no call {data[offset + 1]} in pallet {data[offset]}")
        arguments, end = target.arguments.read(data, offset + 2)
        return _new_call(target, arguments), end

    def decode(self, data: bytes) -> RuntimeCall:
        """The call that `data` is, the whole of it."""
        value, end = self.read(data, 0)
        if end != len(data):
            raise DecodeError("RuntimeCall", end, f"{len(data) - end} bytes left over")
        return value

    def _no_default(self) -> RuntimeCall:
        raise TypeError("a call has no default value")
