"""Timestamp: the wall clock of the chain, set once a block by its author (pallet_timestamp).

The rules that pallet_timestamp asserts are rules of the block, not of a call: where one is broken the block is
refused with InvalidBlock, as a panicking runtime refuses it. A signed call cannot reach them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from chain.primitives import BlockNumber, Compact, Moment
from chain.scale import Codec, DecodeError, codec_of
from chain.validity import InvalidBlock
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.inherent import InherentError
from pallets.frame.origin import Origin, ensure_none
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import DispatchClass, Weight
from pallets.frame.weight_info import WeightInfo, benchmarked, formula

INHERENT_IDENTIFIER: Final = b"timstap0"
"""Under which a node gives its time, a u64 of milliseconds (sp_timestamp)."""

MAX_DRIFT_MS: Final = 30_000
"""How far a block's time may be ahead of the importing node's (pallet_timestamp::check_inherent)."""

TOO_EARLY, TOO_FAR_IN_FUTURE = b"\0", b"\1"
"""What is wrong with a time, encoded (sp_timestamp::InherentError)."""

WEIGHTS: Final = WeightInfo({"set": formula(3_816_000, 1493, reads=2, writes=1), "on_finalize": formula(3_246_000)})
"""polkadot-sdk, pallet_timestamp::weights, benchmarked 2025-02-21."""

_MOMENT: Codec[Moment] = codec_of(Moment)


class TimestampListener(Protocol):
    """Whoever must know the time that a block sets, as Aura, which derives the slot from it."""

    def on_timestamp_set(self, now: Moment) -> None:
        """Raises InvalidBlock where the time is wrong."""


@config
class Config:
    """What the runtime supplies."""

    minimum_period: Moment = 3000  # milliseconds between blocks, half a slot
    listener: TimestampListener | None = None
    weights: WeightInfo = WEIGHTS


class Timestamp(Pallet[Config]):
    inherent_identifier = INHERENT_IDENTIFIER

    now: StorageValue[Moment]
    """The time of this block."""

    did_update: StorageValue[bool]
    """Whether this block has set its time."""

    @call(
        0,
        weight=benchmarked("set"),
        dispatch_class=DispatchClass.MANDATORY,
    )
    def set(self, origin: Origin, now: Compact[Moment]) -> None:
        """Set the time of this block; an inherent, once a block.

        Raises InvalidBlock where it was set already, or is less than the minimum period after the last.
        """
        ensure_none(origin)
        if self.did_update.exists():
            raise InvalidBlock("timestamp is set once a block")
        earliest = self._earliest()
        if now < earliest:
            raise InvalidBlock("timestamp grows by the minimum period", expected=f"at least {earliest}", actual=now)
        self.now.put(now)
        self.did_update.put(True)
        if self.config.listener is not None:
            self.config.listener.on_timestamp_set(now)

    def moment(self) -> Moment:
        """Milliseconds since 1970."""
        return self.now.get()

    def create_inherent(self, data: Mapping[bytes, bytes]) -> RuntimeCall | None:
        """`set` with the node's time, or the earliest allowed where that is later; None where no time is given.

        Raises InvalidBlock where the data is not a time.
        """
        given = self._time_of(data)
        return None if given is None else call_of(self.set, now=max(given, self._earliest()))

    def is_inherent(self, call: RuntimeCall) -> bool:
        """`set`, the only call."""
        return call.target.name == "set"

    def check_inherent(self, call: RuntimeCall, data: Mapping[bytes, bytes]) -> None:
        """Raises InherentError where the time that a block sets does not fit that of this node."""
        given = self._time_of(data)
        if given is None:
            return
        (now,) = call.arguments
        if now > given + MAX_DRIFT_MS:
            raise InherentError(f"{now} is later than {given + MAX_DRIFT_MS}", TOO_FAR_IN_FUTURE, is_fatal=True)
        if now < self._earliest():
            raise InherentError(f"{now} is earlier than {self._earliest()}", TOO_EARLY, is_fatal=True)

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Nothing to do; the weight is that of `on_finalize`."""
        return self.config.weights.of("on_finalize")

    def on_finalize(self, now: BlockNumber) -> None:
        """Raises InvalidBlock where no time was set."""
        if not self.did_update.take():
            raise InvalidBlock("timestamp is set in every block")

    def _earliest(self) -> Moment:
        """The first block may have any time."""
        last = self.now.get()
        return last + self.config.minimum_period if last else 0

    @staticmethod
    def _time_of(data: Mapping[bytes, bytes]) -> Moment | None:
        encoded = data.get(INHERENT_IDENTIFIER)
        if encoded is None:
            return None
        try:
            return _MOMENT.decode(encoded)
        except DecodeError as error:
            raise InvalidBlock(f"inherent data {INHERENT_IDENTIFIER.decode()} is a time: {error}") from error
