"""Whether System's records agree with each other: what `try_state` asks after each block of a test."""

from __future__ import annotations

from pallets.frame.guard import TryStateError
from pallets.system.storage import SystemStorage


def check_system(system: SystemStorage) -> None:
    """Raises TryStateError with the account, or the figures, that contradict each other."""
    for who, info in system.account.iter():
        if info.consumers and not info.providers:
            raise TryStateError(f"0x{who.hex()}: {info.consumers} consumers and no provider")
    events, counted = system.events.decode_len(), system.event_count.get()
    if counted > events:  # those of an extrinsic that has not ended are not counted yet
        raise TryStateError(f"{events} events, and {counted} are counted")
