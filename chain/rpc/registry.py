"""The methods that a server has: the functions of modules, by name.

A module of `chain/rpc/methods` is one namespace. Each public function in it is a method: its name is the method's
name, its first parameter the context, the others the method's parameters. `ALIASES` of a module gives other names.

    @unsafe
    def author_rotateKeys(context: Context) -> bytes: ...

    ALIASES = {"chain_getHead": "chain_getBlockHash"}
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final, TypeVar

from chain.record import record
from chain.rpc.context import Context
from chain.rpc.errors import unsafe_refused
from chain.rpc.parameters import Json, Parameters

F = TypeVar("F", bound=Callable[..., Json])

_UNSAFE: Final = "is_unsafe"


def unsafe(function: F) -> F:
    """Marks a method for those who run the node: others are refused."""
    setattr(function, _UNSAFE, True)
    return function


@record
class Method:
    """A function that clients call by `name`."""

    name: str
    function: Callable[..., Json]
    parameters: Parameters
    is_unsafe: bool

    def call(self, context: Context, params: Json) -> Json:
        """The result for a request's params; raises RpcError and what the function raises."""
        if self.is_unsafe and not context.services.is_unsafe_allowed:
            raise unsafe_refused()
        return self.function(context, *self.parameters.read(params))


class Methods(Mapping[str, Method]):
    """Methods by name, aliases included, in alphabetical order."""

    def __init__(self, namespaces: Iterable[ModuleType]) -> None:
        """Raises ValueError where two are of one name, or an alias is of none."""
        found: dict[str, Method] = {}
        for module in namespaces:
            for name, method in _methods_of(module):
                if name in found:
                    raise ValueError(f"{module.__name__} and another module both have {name}")
                found[name] = method
        self._by_name = dict(sorted(found.items()))

    def __getitem__(self, name: str) -> Method:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def _methods_of(module: ModuleType) -> Iterator[tuple[str, Method]]:
    own: dict[str, Method] = {}
    for name, function in vars(module).items():
        is_own = inspect.isfunction(function) and function.__module__ == module.__name__
        if is_own and not name.startswith("_"):
            own[name] = Method(name, function, Parameters(function), getattr(function, _UNSAFE, False))
    yield from own.items()
    aliases: Mapping[str, Any] = getattr(module, "ALIASES", {})
    for alias, name in aliases.items():
        if name not in own:
            raise ValueError(f"{module.__name__}: {alias} stands for {name}, which is not there")
        yield alias, own[name]
