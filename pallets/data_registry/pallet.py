"""The DataRegistry pallet: calls and storage from their own modules, hooks here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from chain.primitives import AccountId, BlockNumber, Hash
from chain.runtime_api import OffchainNode
from pallets.data_registry.checks import DRAW_BLOCKS, MILLION, advance
from pallets.data_registry.config import Config
from pallets.data_registry.errors import Error
from pallets.data_registry.events import Event
from pallets.data_registry.key_calls import KeyCalls
from pallets.data_registry.operator import NAMES_KEY, Opened, steward_of
from pallets.data_registry.storage import HoldReason
from pallets.data_registry.types import MAX_PANEL, Status
from pallets.frame.weight import Weight, db

__all__ = ["Config", "DataRegistry", "Error", "Event"]


_IDLE: Final = db(reads=1)
"""Of a block in which nothing is checked."""


class DataRegistry(KeyCalls):
    """Devices, data sets, permits, checks and erasure."""

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Take every check on whose phase is over."""
        weight = _IDLE
        for data_set in self.open_checks.get():
            weight = weight + advance(self, data_set, now)
        return weight

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        """Check, and register, what the node's operator wants; see `worker`."""
        if steward_of(node.data) is None:
            return
        from pallets.data_registry.worker import work  # a node that is asked for nothing never loads it

        work(self, now, node)

    def with_offchain_work(self, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """Those who want anything of it."""
        return [each for each in operators if steward_of(each) is not None]

    def with_finalized_work(self, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """All, where there is anything that could have been erased."""
        return operators if self.data_set_count.get() else ()

    def offchain_finalized(self, now: BlockNumber, node: OffchainNode) -> None:
        """Destroy what the node keeps of erased data, once nobody can take the erasure back."""
        steward = steward_of(node.data)
        if node.local_get(NAMES_KEY) is None and (steward is None or not steward.wants):
            return
        from pallets.data_registry.worker import shred_erased

        shred_erased(self, node)

    def is_borrowing(self, data: object) -> bool:
        """Whether an operator's instructions ask for others' data."""
        steward = steward_of(data)
        return steward is not None and bool(steward.wants)

    def lent(self, node: OffchainNode, purpose: Hash) -> Opened | None:
        """The data of others that a node may use for a purpose now, in clear; None where there are none."""
        from pallets.data_registry.lending import lent_data  # a node that wants nothing never loads it

        return lent_data(self, node, purpose)

    def try_state(self) -> None:
        """Every deposit and pledge is on hold, to the planck; counts and indices agree with what they count."""
        held = self._due()
        for reason in HoldReason:
            for who, amount in held[reason].items():
                found = self.config.currency.balance_on_hold(self.reason(reason), who)
                assert found == amount, f"0x{who.hex()} has {found} on hold for {reason.name}, not {amount}"
        under_way = self.open_checks.get()
        assert sorted(under_way) == sorted(self.checks.iter_keys()), f"{under_way} are not the checks that there are"
        for number, found_set in self.data_sets.iter():
            assert found_set is not None
            listed = self.by_commitment.get(found_set.description.commitment)
            assert listed == number, f"the commitment of data set {number} names {listed}"
            permits = sum(1 for _ in self.permits.iter_keys((number,)))
            assert permits == found_set.permits, f"data set {number} has {permits} permits, not {found_set.permits}"
            assert not self.tombstones.contains_key(number), f"data set {number} is erased and there"
            is_lost = found_set.status is Status.REFUTED
            assert is_lost == (found_set.deposit == 0), f"data set {number} is refuted and has a deposit, or neither"
        of_devices = Counter(each.description.device for each in self.data_sets.iter_values() if each is not None)
        for device, found_device in self.devices.iter():
            assert found_device is not None
            assert found_device.data_sets == of_devices[device], f"device 0x{device.hex()} counts its data sets wrongly"
            assert self.device_keys.get(found_device.key) == device, f"the key of 0x{device.hex()} is not listed"
        for data_set, _ in self.ballots.iter_keys():
            assert self.checks.contains_key(data_set), f"there are ballots on {data_set}, which is not checked"
        for keys in (self.asked_keys, self.released_keys):
            for deal in keys.iter_keys():
                assert self.permits.contains_key(deal), f"a key of data set {deal[0]} is kept without a permit"
        for data_set, _, _ in self.permits.iter_keys():
            assert self.data_sets.contains_key(data_set), f"there are permits for {data_set}, which is not there"

    def _due(self) -> dict[HoldReason, Counter[AccountId]]:
        """What each account must have on hold, by reason."""
        due: dict[HoldReason, Counter[AccountId]] = {reason: Counter() for reason in HoldReason}
        for device in self.devices.iter_values():
            if device is not None:
                due[HoldReason.DEVICE][device.owner] += device.deposit
        for found in self.data_sets.iter_values():
            if found is not None:
                due[HoldReason.DATA_SET][found.owner] += found.deposit
        for key, permit in self.permits.iter():
            if permit is not None:
                due[HoldReason.PERMIT][self.data_set(key[0]).owner] += permit.deposit
        for check in self.checks.iter_values():
            if check is not None:
                due[HoldReason.DATA_SET][check.owner] += check.orphaned
                due[HoldReason.PLEDGE][check.payer] += check.pledge
        return due

    def integrity_test(self) -> None:
        """A panel can have a majority, and its members' stake is there until the check is over."""
        config = self.config
        assert 0 < config.minimum_panel <= config.panel_seats <= MAX_PANEL, "the panel's seats are impossible"
        assert config.data_set_deposit > 0, "a registrant has nothing to lose"
        assert config.check_fee <= config.challenge_bond, "a challenge does not pay for its check"
        assert max(config.dissent_slash, config.absence_slash) <= MILLION, "more than the whole stake is slashed"
        assert config.bounty_percent <= 100, "the bounty is more than the deposit"
        shortest = min(config.commit_blocks, config.reveal_blocks)
        assert config.retry_after + 1 < shortest, "a verdict that was lost with a pool is not sent again in time"
        longest = DRAW_BLOCKS + config.commit_blocks + config.reveal_blocks
        assert longest < config.stakes.unbonding_delay, "a checker's stake can leave before the check is over"
