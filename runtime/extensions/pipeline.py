"""All extensions of a runtime, in order: what they carry, what they sign, and their steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Final

from chain.runtime_api import ValidTransaction
from chain.scale import Codec, DecodeError
from pallets.frame.call import RuntimeCall
from pallets.frame.weight import NO_WEIGHT, U64_MAX, DispatchInfo, PostDispatchInfo, Weight
from runtime.extensions.extension import Extension, Transaction

_NOBODY: Final = object()
"""Equals nothing that a transaction carries."""


class Pipeline:
    """The extensions of a runtime that is bound to one state."""

    def __init__(self, extensions: Sequence[Extension]) -> None:
        self.extensions = tuple(extensions)

    # Each step is put together when it is first needed: a block of inherents needs none

    @cached_property
    def weight(self) -> Weight:
        """Of all extensions whose weight is the same for every transaction."""
        total, varying = NO_WEIGHT, self._having("weight_for")
        for place, extension in enumerate(self.extensions):
            if extension.weight is not NO_WEIGHT and place not in varying:
                total = total + extension.weight
        return total

    @cached_property
    def _varying(self) -> list[tuple[int, Callable[[Any, RuntimeCall], Weight]]]:
        return [(place, self.extensions[place].weight_for) for place in self._having("weight_for")]

    @cached_property
    def _weighs(self) -> bool:
        return bool(self._varying) or self.weight != NO_WEIGHT

    @cached_property
    def _explicit(self) -> list[tuple[int, Callable[[bytes, int], tuple[Any, int]]]]:
        return [(place, each.explicit.read) for place, each in enumerate(self.extensions) if each.explicit]

    @cached_property
    def _carried(self) -> dict[str, tuple[int, Codec[Any]]]:
        """Place and codec of the extensions for which a transaction carries something, by identifier."""
        return {each.identifier: (place, each.explicit) for place, each in enumerate(self.extensions) if each.explicit}

    @cached_property
    def _implicit(self) -> list[tuple[int, Callable[[Any], bytes]]]:
        return [(place, self.extensions[place].implicit) for place in self._having("implicit")]

    @cached_property
    def _check(self) -> list[tuple[int, Callable[[Any, Transaction], Any]]]:
        return [(place, self.extensions[place].check) for place in self._having("check")]

    @cached_property
    def _validity(self) -> list[tuple[int, Callable[[Any, Any, Transaction], ValidTransaction | None]]]:
        return [(place, self.extensions[place].validity) for place in self._having("validity")]

    @cached_property
    def _prepare(self) -> list[tuple[int, Callable[[Any, Any, Transaction], Any]]]:
        return [(place, self.extensions[place].prepare) for place in self._having("prepare")]

    @cached_property
    def _post(self) -> list[tuple[int, Callable[[Any, Transaction, PostDispatchInfo], Weight | None]]]:
        return [(place, self.extensions[place].post_dispatch) for place in self._having("post_dispatch")]

    def _having(self, method: str) -> list[int]:
        """The places of the extensions that have such a method of their own."""
        return _own_methods(tuple(map(type, self.extensions)))[method]

    def read(self, data: bytes, offset: int) -> tuple[list[Any], int]:
        """What a transaction carries for each extension, None for those that need nothing; raises DecodeError."""
        values: list[Any] = [None] * len(self.extensions)
        for place, read in self._explicit:
            values[place], offset = read(data, offset)
        return values, offset

    def values(self, explicit: Mapping[str, Any]) -> list[Any]:
        """What a transaction shall carry, by identifier; the codec's default where nothing is said."""
        unknown = explicit.keys() - self._carried.keys()
        if unknown and (unknown := unknown - {each.identifier for each in self.extensions}):
            raise DecodeError("extensions", 0, f"this runtime has no extension {', '.join(sorted(unknown))}")
        values: list[Any] = [None] * len(self.extensions)
        for identifier, (place, codec) in self._carried.items():
            values[place] = explicit[identifier] if identifier in explicit else codec.default()
        return values

    def encode(self, values: Sequence[Any]) -> bytes:
        """What a transaction carries, encoded."""
        return b"".join([codec.encode(values[place]) for place, codec in self._carried.values()])

    def implicit(self, values: Sequence[Any]) -> bytes:
        """What is signed but not sent; raises TransactionInvalid where it cannot be known."""
        return b"".join([implicit(values[place]) for place, implicit in self._implicit])

    def implicit_at_once(self) -> Callable[[Sequence[Any]], bytes]:
        """`implicit` of many transactions while nothing is written: found anew where one carries something else."""
        places: list[int | slice] = [place for place, _ in self._implicit if self.extensions[place].explicit]
        of_these: Callable[[Sequence[Any]], object] = itemgetter(*places or [slice(0)])
        last: object = _NOBODY
        found = b""

        def implicit(values: Sequence[Any]) -> bytes:
            nonlocal last, found
            these = of_these(values)
            if these != last:
                found = self.implicit(values)
                last = these
            return found

        return implicit

    def info(self, values: Sequence[Any], call: RuntimeCall) -> DispatchInfo:
        """A call's info with the weight of all extensions for what a transaction carries."""
        info = call.info()
        if not self._weighs:
            return info
        weight = self.weight
        for place, weight_for in self._varying:
            weight = weight + weight_for(values[place], call)
        return info.with_extension_weight(weight)

    def check(self, values: Sequence[Any], transaction: Transaction) -> list[Any]:
        """Every extension's verdict; what each found."""
        checked: list[Any] = [None] * len(self.extensions)
        for place, check in self._check:
            checked[place] = check(values[place], transaction)
        return checked

    def validity(self, values: Sequence[Any], checked: Sequence[Any], transaction: Transaction) -> ValidTransaction:
        """What a pool should know: priorities add, tags collect, the shortest longevity holds."""
        priority, longevity, propagate = 0, U64_MAX, True
        requires: tuple[bytes, ...] = ()
        provides: tuple[bytes, ...] = ()
        for place, validity in self._validity:
            found = validity(values[place], checked[place], transaction)
            if found is not None:
                priority = min(priority + found.priority, U64_MAX)
                longevity = min(longevity, found.longevity)
                propagate = propagate and found.propagate
                requires += found.requires
                provides += found.provides
        return ValidTransaction(priority, requires, provides, longevity, propagate)

    def prepare(self, values: Sequence[Any], checked: Sequence[Any], transaction: Transaction) -> list[Any]:
        """Every extension's preparation; what each carries to `post_dispatch`."""
        carried: list[Any] = [None] * len(self.extensions)
        for place, prepare in self._prepare:
            carried[place] = prepare(values[place], checked[place], transaction)
        return carried

    def post_dispatch(
        self, carried: Sequence[Any], transaction: Transaction, post: PostDispatchInfo
    ) -> PostDispatchInfo:
        """Every extension's last step; what was used, less what extensions did not use."""
        for place, post_dispatch in self._post:
            unspent = post_dispatch(carried[place], transaction, post)
            if unspent is not None:
                post = post.refunded(transaction.info, unspent)
        return post


@lru_cache(maxsize=256)
def _own_methods(kinds: tuple[type[Extension], ...]) -> dict[str, list[int]]:
    """The places of the extensions that have a method of their own, by its name; known before a state is bound."""
    return {
        method: [place for place, kind in enumerate(kinds) if getattr(kind, method) is not getattr(Extension, method)]
        for method in ("weight_for", "implicit", "check", "validity", "prepare", "post_dispatch")
    }
