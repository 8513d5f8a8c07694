"""Forecast: accounts submit forecasts; an offchain worker adds its own model's. The kit's example pallet."""

from __future__ import annotations

from typing import Annotated, Protocol

from chain.primitives import U32, AccountId, BlockNumber, MaxLen
from chain.runtime_api import OffchainNode
from pallets.frame.arithmetic import ensure_add
from pallets.frame.call import call, call_of
from pallets.frame.error import PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap, StorageValue
from pallets.frame.weight import Weight, db


class Model(Protocol):
    """Predicts the next value from the recent ones."""

    def predict(self, recent: list[U32]) -> U32: ...


@config
class Config:
    """What the runtime supplies."""

    model: Model
    session: BlockNumber = 600  # blocks after which the count restarts
    interval: BlockNumber = 5  # blocks between the worker's own forecasts
    max_recent: U32 = 16


@config
class Genesis:
    """The state of block zero."""

    recent: tuple[U32, ...] = ()


class Event(PalletEvent):
    """What happened."""


class Submitted(Event):
    """A forecast was accepted."""

    who: AccountId
    value: U32


class Error(PalletError):
    """Why a call failed."""


class AlreadySubmitted(Error):
    """The account has a forecast in this block already."""


class Forecast(Pallet[Config]):
    count: StorageValue[U32]
    """Forecasts accepted this session."""

    last: StorageMap[AccountId, BlockNumber | None]
    """Block of each account's newest forecast, None before its first."""

    recent: StorageValue[Annotated[list[U32], MaxLen(Config.max_recent)]]
    """The newest forecasts, oldest first."""

    @call(0, weight=db(reads=4, writes=3))
    def submit(self, origin: Origin, value: U32) -> None:
        """Record a forecast; one an account and block."""
        who, now = ensure_signed(origin), self.block_number()
        ensure(self.last.get(who) != now, AlreadySubmitted)
        self.count.put(ensure_add(U32, self.count.get(), 1))
        self.last.insert(who, now)
        self.recent.put([*self.recent.get(), value][-self.config.max_recent :])
        self.deposit_event(Submitted(who, value))

    def build_genesis(self, genesis: Genesis) -> None:
        self.recent.put(list(genesis.recent))

    def on_initialize(self, now: BlockNumber) -> Weight:
        if now % self.config.session:
            return Weight()
        self.count.put(0)
        return db(writes=1)

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        if now % self.config.interval == 0:
            value = self.config.model.predict(self.recent.get())
            node.submit_signed(call_of(self.submit, value=value))
