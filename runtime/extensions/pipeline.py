"""All extensions of a runtime, in order: what they carry, what they sign, and their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chain.runtime_api import ValidTransaction
from chain.scale import DecodeError
from pallets.frame.weight import DispatchInfo, PostDispatchInfo, Weight
from runtime.extensions.extension import Extension, Transaction

U64_MAX = 2**64 - 1


class Pipeline:
    """The extensions of a runtime that is bound to one state."""

    def __init__(self, extensions: Sequence[Extension]) -> None:
        self.extensions = tuple(extensions)
        self.weight = Weight()
        for extension in self.extensions:
            self.weight = self.weight + extension.weight
        self._places = {extension.identifier: place for place, extension in enumerate(self.extensions)}
        self._explicit = [(place, each.explicit.read) for place, each in self._enumerate() if each.explicit]
        self._implicit = [(place, each) for place, each in self._enumerate() if _has(each, "implicit")]
        self._validate = [(place, each.validate) for place, each in self._enumerate() if _has(each, "validate")]
        self._prepare = [(place, each.prepare) for place, each in self._enumerate() if _has(each, "prepare")]
        self._post = [(place, each.post_dispatch) for place, each in self._enumerate() if _has(each, "post_dispatch")]

    def _enumerate(self) -> Sequence[tuple[int, Extension]]:
        return list(enumerate(self.extensions))

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
        return b"".join([extension.implicit(values[place]) for place, extension in self._implicit])

    def info(self, transaction_info: DispatchInfo) -> DispatchInfo:
        """A call's info with the weight of all extensions."""
        if self.weight == Weight():
            return transaction_info
        return DispatchInfo(
            transaction_info.call_weight, self.weight, transaction_info.dispatch_class, transaction_info.pays_fee
        )

    def validate(self, values: Sequence[Any], transaction: Transaction) -> ValidTransaction:
        """Every extension's verdict, joined: priorities add, tags collect, the shortest longevity holds."""
        priority, longevity, propagate = 0, U64_MAX, True
        requires: tuple[bytes, ...] = ()
        provides: tuple[bytes, ...] = ()
        for place, validate in self._validate:
            verdict = validate(values[place], transaction)
            if verdict is not None:
                priority = min(priority + verdict.priority, U64_MAX)
                longevity = min(longevity, verdict.longevity)
                propagate = propagate and verdict.propagate
                requires += verdict.requires
                provides += verdict.provides
        return ValidTransaction(priority, requires, provides, longevity, propagate)

    def prepare(self, values: Sequence[Any], transaction: Transaction) -> list[Any]:
        """Every extension's preparation; what each carries to `post_dispatch`."""
        carried: list[Any] = [None] * len(self.extensions)
        for place, prepare in self._prepare:
            carried[place] = prepare(values[place], transaction)
        return carried

    def post_dispatch(self, carried: Sequence[Any], transaction: Transaction, post: PostDispatchInfo) -> None:
        """Every extension's last step."""
        for place, post_dispatch in self._post:
            post_dispatch(carried[place], transaction, post)


def _has(extension: Extension, method: str) -> bool:
    return getattr(type(extension), method) is not getattr(Extension, method)
