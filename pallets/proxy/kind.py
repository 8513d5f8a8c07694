"""What a delegate may do: the kinds of proxy that a runtime knows (frame_support::traits::InstanceFilter)."""

from __future__ import annotations

from enum import IntEnum

from pallets.frame.call import RuntimeCall


class ProxyKind(IntEnum):
    """Base of the kinds of a runtime, which a subclass names; the first must be the most permissive.

    class DevProxyType(ProxyKind):
        ANY = 0
        NON_TRANSFER = 1

        def admits(self, call: RuntimeCall) -> bool:
            return self is DevProxyType.ANY or call.target.pallet != "Balances"

    They are ordered by their numbers, which stand on chain.
    """

    def admits(self, call: RuntimeCall) -> bool:
        """Whether a delegate of this kind may make the call."""
        raise NotImplementedError(f"{type(self).__name__} does not say which calls {self.name} admits")

    def is_superset(self, other: ProxyKind) -> bool:
        """Whether all that the other kind admits is surely admitted; equal kinds, and the first of any."""
        return self is other or self.is_most_permissive

    @property
    def is_most_permissive(self) -> bool:
        """Whether it is the first kind (Rust's Default)."""
        return self is next(iter(type(self)))
