"""All extensions of a runtime, in order: what they carry, what they sign, and their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chain.runtime_api import ValidTransaction
from chain.scale import DecodeError
from pallets.frame.weight import NO_WEIGHT, U64_MAX, DispatchInfo, PostDispatchInfo
from runtime.extensions.extension import Extension, Transaction


class Pipeline:
    """The extensions of a runtime that is bound to one state."""

    def __init__(self, extensions: Sequence[Extension]) -> None:
        self.extensions = tuple(extensions)
        self.weight = NO_WEIGHT
        for extension in self.extensions:
            self.weight = self.weight + extension.weight
        self._weighs = self.weight != NO_WEIGHT
        self._places = {extension.identifier: place for place, extension in enumerate(self.extensions)}
        self._explicit = [(place, each.explicit.read) for place, each in self._places_of("") if each.explicit]
        self._implicit = [(place, each.implicit) for place, each in self._places_of("implicit")]
        self._check = [(place, each.check) for place, each in self._places_of("check")]
        self._validity = [(place, each.validity) for place, each in self._places_of("validity")]
        self._prepare = [(place, each.prepare) for place, each in self._places_of("prepare")]
        self._post = [(place, each.post_dispatch) for place, each in self._places_of("post_dispatch")]

    def _places_of(self, method: str) -> list[tuple[int, Extension]]:
        """The extensions that have a method of their own, or all, with their places."""
        return [(place, each) for place, each in enumerate(self.extensions) if not method or _has(each, method)]

    def read(self, data: bytes, offset: int) -> tuple[list[Any], int]:
        """What a transaction carries for each extension, None for those that need nothing; raises DecodeError."""
        values: list[Any] = [None] * len(self.extensions)
        for place, read in self._explicit:
            values[place], offset = read(data, offset)
        return values, offset

    def values(self, explicit: Mapping[str, Any]) -> list[Any]:
        """What a transaction shall carry, by identifier; the codec's default where nothing is said."""
        unknown = sorted(explicit.keys() - self._places.keys())
        if unknown:
            raise DecodeError("extensions", 0, f"this runtime has no extension {', '.join(unknown)}")
        return [
            None if each.explicit is None else explicit.get(each.identifier, each.explicit.default())
            for each in self.extensions
        ]

    def encode(self, values: Sequence[Any]) -> bytes:
        """What a transaction carries, encoded."""
        return b"".join(
            each.explicit.encode(value) for each, value in zip(self.extensions, values, strict=True) if each.explicit
        )

    def implicit(self, values: Sequence[Any]) -> bytes:
        """What is signed but not sent; raises TransactionInvalid where it cannot be known."""
        return b"".join([implicit(values[place]) for place, implicit in self._implicit])

    def info(self, info: DispatchInfo) -> DispatchInfo:
        """A call's info with the weight of all extensions."""
        return info.with_extension_weight(self.weight) if self._weighs else info

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


def _has(extension: Extension, method: str) -> bool:
    return getattr(type(extension), method) is not getattr(Extension, method)
