"""The Multisig pallet: storage and calls."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace

from chain.crypto.derived import multisig
from chain.crypto.hashing import blake2_256
from chain.primitives import U16, AccountId, Balance
from pallets.frame.attempt import attempt, with_weight
from pallets.frame.call import RuntimeCall, call
from pallets.frame.deposit import change_deposit
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, Signed, ensure_signed
from pallets.frame.pallet import Pallet
from pallets.frame.storage import StorageDoubleMap, Twox64
from pallets.frame.weight import Pays, PostDispatchInfo, Weight
from pallets.multisig import weights
from pallets.multisig.config import Config
from pallets.multisig.errors import (
    AlreadyApproved,
    Error,
    MaxWeightTooLow,
    MinimumThreshold,
    NotFound,
    NoTimepoint,
    NotOwner,
    SenderInSignatories,
    SignatoriesOutOfOrder,
    TooFewSignatories,
    TooManySignatories,
    UnexpectedTimepoint,
    WrongTimepoint,
)
from pallets.multisig.events import (
    DepositPoked,
    Event,
    MultisigApproval,
    MultisigCancelled,
    MultisigExecuted,
    NewMultisig,
)
from pallets.multisig.types import CallHash, Operation, Timepoint

__all__ = ["Config", "Error", "Event", "Multisig"]


class Multisig(Pallet[Config]):
    """Calls that several accounts have to approve, made by an account that is derived from them and the threshold."""

    storage_version = 1

    multisigs: StorageDoubleMap[Twox64[AccountId], CallHash, Operation | None]
    """The open operations, by the account that will act and the hash of its call."""

    # Calls

    @call(0, weight=weights.as_multi_threshold_1_weight)
    def as_multi_threshold_1(
        self, origin: Origin, other_signatories: list[AccountId], call: RuntimeCall
    ) -> PostDispatchInfo:
        """Make a call of a group of which any one may act."""
        account = self._account(ensure_signed(origin), other_signatories, 1)
        tried = attempt(self.config.dispatcher, call, Signed(account))
        used = tried.post.actual_weight
        if used is not None:
            used = used + self.config.weights.of("as_multi_threshold_1", z=len(call.encode()))
        if tried.error is not None:
            raise tried.error if used is None else with_weight(tried.error, used)
        return PostDispatchInfo(used)

    @call(1, weight=weights.as_multi_weight)
    def as_multi(
        self,
        origin: Origin,
        threshold: U16,
        other_signatories: list[AccountId],
        maybe_timepoint: Timepoint | None,
        call: RuntimeCall,
        max_weight: Weight,
    ) -> PostDispatchInfo:
        """Approve a call, the first time by opening the operation for a deposit; the last to approve makes it."""
        who = ensure_signed(origin)
        account = self._group(who, threshold, other_signatories)
        encoded = call.encode()
        call_hash = blake2_256(encoded)
        sizes = {"s": len(other_signatories), "z": len(encoded)}
        operation = self.multisigs.get((account, call_hash))
        if operation is None:
            self._open(who, account, threshold, maybe_timepoint, call_hash)
            return self._used("as_multi_create", sizes)
        _check_timepoint(operation, maybe_timepoint)
        approvals = len(operation.approvals)
        if approvals < threshold and who not in operation.approvals:
            approvals += 1
        if approvals < threshold:
            self._approve(who, account, threshold, operation, call_hash)
            return self._used("as_multi_approve", sizes)
        ensure(not call.info().call_weight.exceeds(max_weight), MaxWeightTooLow)
        used = self._execute(who, account, operation, call_hash, call)
        return PostDispatchInfo(None if used is None else used + self.config.weights.of("as_multi_complete", **sizes))

    @call(2, weight=weights.approve_as_multi_weight)
    def approve_as_multi(
        self,
        origin: Origin,
        threshold: U16,
        other_signatories: list[AccountId],
        maybe_timepoint: Timepoint | None,
        call_hash: CallHash,
        max_weight: Weight,
    ) -> PostDispatchInfo:
        """Approve a call by its hash alone; the last to approve has to bring the call, by `as_multi`."""
        who = ensure_signed(origin)
        account = self._group(who, threshold, other_signatories)
        sizes = {"s": len(other_signatories), "z": 0}
        operation = self.multisigs.get((account, call_hash))
        if operation is None:
            self._open(who, account, threshold, maybe_timepoint, call_hash)
            return self._used("as_multi_create", sizes)  # of as_multi, as in polkadot-sdk
        _check_timepoint(operation, maybe_timepoint)
        self._approve(who, account, threshold, operation, call_hash)
        return self._used("as_multi_approve", sizes)

    @call(3, weight=weights.cancel_as_multi_weight)
    def cancel_as_multi(
        self,
        origin: Origin,
        threshold: U16,
        other_signatories: list[AccountId],
        timepoint: Timepoint,
        call_hash: CallHash,
    ) -> None:
        """Give an operation up, and have the deposit back; only who opened it."""
        who = ensure_signed(origin)
        account = self._group(who, threshold, other_signatories)
        operation = self._operation(account, call_hash)
        ensure(operation.when == timepoint, WrongTimepoint)
        ensure(operation.depositor == who, NotOwner)
        self.config.currency.unreserve(who, operation.deposit)
        self.multisigs.remove((account, call_hash))
        self.deposit_event(MultisigCancelled(who, timepoint, account, call_hash))

    @call(4, weight=weights.poke_deposit_weight)
    def poke_deposit(
        self, origin: Origin, threshold: U16, other_signatories: list[AccountId], call_hash: CallHash
    ) -> PostDispatchInfo:
        """Bring the deposit of an operation to what it costs now; free of charge where that is something else."""
        who = ensure_signed(origin)
        account = self._group(who, threshold, other_signatories)
        operation = self._operation(account, call_hash)
        ensure(operation.depositor == who, NotOwner)
        old, new = operation.deposit, self.deposit(threshold)
        if old == new:
            return PostDispatchInfo(pays_fee=Pays.YES)
        change_deposit(self.config.currency, who, old, new)
        self.multisigs.insert((account, call_hash), replace(operation, deposit=new))
        self.deposit_event(DepositPoked(who, call_hash, old, new))
        return PostDispatchInfo(pays_fee=Pays.NO)

    # What an operation goes through

    def _open(
        self, who: AccountId, account: AccountId, threshold: U16, given: Timepoint | None, call_hash: CallHash
    ) -> None:
        ensure(given is None, UnexpectedTimepoint)
        deposit = self.deposit(threshold)
        self.config.currency.reserve(who, deposit)
        self.multisigs.insert((account, call_hash), Operation(self.timepoint(), deposit, who, (who,)))
        self.deposit_event(NewMultisig(who, account, call_hash))

    def _approve(
        self, who: AccountId, account: AccountId, threshold: U16, operation: Operation, call_hash: CallHash
    ) -> None:
        approvals = list(operation.approvals)
        ensure(who not in approvals and len(approvals) < threshold, AlreadyApproved)
        ensure(len(approvals) < self.config.max_signatories, TooManySignatories)
        insort(approvals, who)
        self.multisigs.insert((account, call_hash), replace(operation, approvals=tuple(approvals)))
        self.deposit_event(MultisigApproval(who, operation.when, account, call_hash))

    def _execute(
        self, who: AccountId, account: AccountId, operation: Operation, call_hash: CallHash, call: RuntimeCall
    ) -> Weight | None:
        """Make the call; what it says it used."""
        self.multisigs.remove((account, call_hash))  # first, so that the call cannot find it
        self.config.currency.unreserve(operation.depositor, operation.deposit)
        tried = attempt(self.config.dispatcher, call, Signed(account))
        self.deposit_event(MultisigExecuted(who, operation.when, account, call_hash, tried.result))
        return tried.post.actual_weight

    # Parts

    def deposit(self, threshold: U16) -> Balance:
        """What opening an operation reserves."""
        return self.config.deposit_base + self.config.deposit_factor * threshold

    def timepoint(self) -> Timepoint:
        """Of the extrinsic that is being applied."""
        return Timepoint(self.config.block_number_provider.current_block_number(), self.config.system.extrinsic_index())

    def _group(self, who: AccountId, threshold: U16, others: list[AccountId]) -> AccountId:
        """The account that the signer and the others make together; more than one of them must act."""
        ensure(threshold >= 2, MinimumThreshold)
        return self._account(who, others, threshold)

    def _account(self, who: AccountId, others: list[AccountId], threshold: U16) -> AccountId:
        ensure(len(others) > 0, TooFewSignatories)
        ensure(len(others) < self.config.max_signatories, TooManySignatories)
        last: AccountId | None = None
        for each in others:
            ensure(last is None or last < each, SignatoriesOutOfOrder)
            ensure(each != who, SenderInSignatories)
            last = each
        return multisig((*others, who), threshold)

    def _operation(self, account: AccountId, call_hash: CallHash) -> Operation:
        found = self.multisigs.get((account, call_hash))
        if found is None:
            raise NotFound
        return found

    def _used(self, name: str, sizes: dict[str, int]) -> PostDispatchInfo:
        return PostDispatchInfo(self.config.weights.of(name, **sizes))

    def try_state(self) -> None:
        """Approvals are in order, none stands twice, and who opened an operation approved it."""
        for _, operation in self.multisigs.iter():
            assert operation is not None
            approvals = operation.approvals
            assert list(approvals) == sorted(set(approvals)), f"the approvals of {operation} are out of order"
            assert approvals, f"nobody approved {operation}"


def _check_timepoint(operation: Operation, given: Timepoint | None) -> None:
    if given is None:
        raise NoTimepoint
    ensure(operation.when == given, WrongTimepoint)
