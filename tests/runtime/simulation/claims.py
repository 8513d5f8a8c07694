"""A pallet whose workers claim a wage every few blocks, in three ways: two of them have a bug, one has none."""

from __future__ import annotations

from typing import ClassVar, Final

from chain.node.signature_cache import SignatureCache
from chain.primitives import U32, AccountId, BlockNumber
from chain.state.overlay import Overlay
from chain.store.block_store import ImportedBlock
from pallets.frame import Origin, Pallet, PalletError, call, call_of, config, db, ensure, ensure_signed
from pallets.frame.offchain import Locked, OffchainNode, StorageLock
from pallets.frame.storage import StorageMap
from runtime.construct import Runtime
from runtime.dev import DevRuntime
from runtime.simulation.properties import STANDARD, Property
from runtime.simulation.scenario import Scenario
from runtime.simulation.simulation import Simulation

PERIOD: Final = 5
"""Blocks between two wages."""

PATIENCE: Final = 12
"""Blocks after which every wage should have been claimed, whatever went wrong."""


@config
class Config:
    """Nothing."""


class Error(PalletError):
    """Why a call failed."""


class NotDue(Error):
    """That wage is not the next."""


class Claims(Pallet[Config]):
    """The chain pays for each number once; the worker claims again until it was paid."""

    paid: StorageMap[AccountId, U32]
    """Wages so far."""

    @call(0, weight=db(reads=1, writes=1))
    def claim(self, origin: Origin, number: U32) -> None:
        """Take the wage of that number, from 0."""
        who = ensure_signed(origin)
        # a branch may have the claim earlier than the block on which it was made
        ensure(number == self.paid.get(who) and number < self.block_number() // PERIOD, NotDue)
        self.paid.insert(who, number + 1)

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        try:
            with StorageLock.by_time(node, b"claims/lock").try_lock():
                self.work(now, node)
        except Locked:
            pass

    unsound_at: ClassVar[BlockNumber] = 0
    """Where a test wants storage to be found unsound."""

    def try_state(self) -> None:
        assert self.block_number() != self.unsound_at, "the test wants it"

    def work(self, now: BlockNumber, node: OffchainNode) -> None:
        """Claim what is due."""
        number = self.paid.get(node.account)
        if number < now // PERIOD:
            node.submit_signed(call_of(self.claim, number=number))


class Trusting(Claims):
    """The chain pays whenever it is asked: it trusts the worker to ask once."""

    @call(1, weight=db(reads=1, writes=1))
    def take(self, origin: Origin) -> None:
        """Take a wage."""
        who = ensure_signed(origin)
        self.paid.insert(who, self.paid.get(who) + 1)

    def work(self, now: BlockNumber, node: OffchainNode) -> None:
        if self.paid.get(node.account) < now // PERIOD:
            node.submit_signed(call_of(self.take))


class Locking(Claims):
    """The lock has no deadline: whoever crashes while holding it never works again."""

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        if node.local_compare_and_set(b"lock", None, b"held"):
            self.work(now, node)
            node.local_clear(b"lock")


class _WithClaims(DevRuntime):
    pallet: type[Claims] = Claims

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.claims = self.pallet(self, Config(), index=80)


class CarefulRuntime(_WithClaims):
    """Its worker has no bug."""


class TrustingRuntime(_WithClaims):
    """Pays twice where it is asked twice."""

    pallet = Trusting


class LockingRuntime(_WithClaims):
    """Forgets to work after a crash."""

    pallet = Locking


def paid_once(simulation: Simulation) -> str | None:
    """After no block has anybody more wages than there were periods."""
    for block in simulation.blocks:
        for account, paid in _paid(simulation, block).items():
            if paid > block.number // PERIOD:
                return f"block {block.number}: 0x{account.hex()} has {paid} wages"
    return None


def paid_at_all(simulation: Simulation) -> str | None:
    """Everybody has the wages of all periods but the newest."""
    periods = (simulation.node.best.number - PATIENCE) // PERIOD
    for account, paid in _paid(simulation, simulation.node.best).items():
        if paid < periods:
            return f"0x{account.hex()} has {paid} wages in {periods} periods"
    return None


ONCE, AT_ALL = Property("once", paid_once), Property("at all", paid_at_all)


def scenario(runtime: type[Runtime], validators: int = 4) -> Scenario:
    """Validators with these workers, for thirty blocks; made once."""
    return _MADE.setdefault((runtime.__name__, validators), Scenario(validators, runtime))


_MADE: Final = dict[tuple[str, int], Scenario]()


ALL: Final = (*STANDARD, ONCE, AT_ALL)


def _paid(simulation: Simulation, block: ImportedBlock) -> dict[AccountId, int]:
    claims = simulation.node.runtime_on(block.state).claims
    return {account: claims.paid.get(account) for account in simulation.scenario.accounts}
