"""Sudo before 2024: the right to act as root could be handed on, not given up."""

from __future__ import annotations

from chain.primitives import U64
from pallets import sudo
from pallets.frame.call import RuntimeCall, call
from pallets.frame.origin import Origin
from pallets.frame.weight import DispatchClass, PostDispatchInfo, Weight
from pallets.sudo import Config, Error, Event, Genesis

__all__ = ["Config", "Error", "Event", "FirstSudo", "Genesis", "Sudo"]


class Sudo(sudo.Sudo):
    without_calls = frozenset({"remove_key"})


def given_ref_time(call: RuntimeCall, weight: U64) -> tuple[Weight, DispatchClass]:
    """What the signer says, in the class of the inner call."""
    return Weight(weight), call.info().dispatch_class


class FirstSudo(Sudo):
    """As it was in 2022, when a weight was one number."""

    without_calls = Sudo.without_calls | {"sudo_unchecked_weight"}

    @call(1, weight=given_ref_time)
    def sudo_unchecked_ref_time(self, origin: Origin, call: RuntimeCall, weight: U64) -> PostDispatchInfo:
        """`sudo_unchecked_weight`."""
        return self.sudo(origin, call)
