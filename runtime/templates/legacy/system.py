"""System of 2022: its calls had other numbers, those of upgrades by anyone were yet to come."""

from __future__ import annotations

from chain.primitives import U32, U64
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.validity import Unknown, UnknownTransaction
from pallets import system
from pallets.frame.call import RuntimeCall, call
from pallets.frame.origin import Origin
from pallets.frame.weight import DispatchClass, PostDispatchInfo
from pallets.frame.weight_info import benchmarked
from pallets.system import Config, Error, Event, Genesis, weights

__all__ = ["Config", "Error", "Event", "Genesis", "System", "UnauthorizedSystem"]

AUTHORIZED_UPGRADES = frozenset({"authorize_upgrade", "authorize_upgrade_without_checks", "apply_authorized_upgrade"})
"""Calls that came in 2024."""

_OPERATIONAL = DispatchClass.OPERATIONAL


class UnauthorizedSystem(system.System):
    """As it was in 2023."""

    without_calls = AUTHORIZED_UPGRADES

    def validate_unsigned(self, source: TransactionSource, call: RuntimeCall) -> ValidTransaction:
        """It had no say in what nobody signed."""
        raise UnknownTransaction(Unknown.NO_UNSIGNED_VALIDATOR)

    def pre_dispatch_unsigned(self, call: RuntimeCall) -> None:
        """Nor in a block."""


class System(UnauthorizedSystem):
    """As it was in 2022; without `fill_block` and `set_changes_trie_config`, which nothing is like any more."""

    without_calls = AUTHORIZED_UPGRADES

    @call(1, weight=weights.remark_weight)
    def remark(self, origin: Origin, remark: bytes) -> None:
        super().remark(origin, remark)

    @call(2, weight=benchmarked("set_heap_pages"), dispatch_class=_OPERATIONAL)
    def set_heap_pages(self, origin: Origin, pages: U64) -> None:
        super().set_heap_pages(origin, pages)

    @call(3, weight=benchmarked("set_code"), dispatch_class=_OPERATIONAL)
    def set_code(self, origin: Origin, code: bytes) -> PostDispatchInfo:
        return super().set_code(origin, code)

    @call(4, weight=benchmarked("set_code"), dispatch_class=_OPERATIONAL)
    def set_code_without_checks(self, origin: Origin, code: bytes) -> PostDispatchInfo:
        return super().set_code_without_checks(origin, code)

    @call(6, weight=weights.set_storage_weight, dispatch_class=_OPERATIONAL)
    def set_storage(self, origin: Origin, items: list[tuple[bytes, bytes]]) -> None:
        super().set_storage(origin, items)

    @call(7, weight=weights.kill_storage_weight, dispatch_class=_OPERATIONAL)
    def kill_storage(self, origin: Origin, keys: list[bytes]) -> None:
        super().kill_storage(origin, keys)

    @call(8, weight=weights.kill_prefix_weight, dispatch_class=_OPERATIONAL)
    def kill_prefix(self, origin: Origin, prefix: bytes, subkeys: U32) -> None:
        super().kill_prefix(origin, prefix, subkeys)

    @call(9, weight=weights.remark_with_event_weight)
    def remark_with_event(self, origin: Origin, remark: bytes) -> None:
        super().remark_with_event(origin, remark)
