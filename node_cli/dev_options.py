"""What a development node is asked to be."""

from __future__ import annotations

from chain.node.sealing import SealingMode
from chain.record import keyword_record


@keyword_record
class DevOptions:
    """Where a development node listens, when it makes blocks, and how far finality stays behind.

    interval_ms: between blocks that come by themselves, in modes that have such
    origins: web pages that may connect besides those of this machine; "*" for all
    """

    host: str = "127.0.0.1"
    port: int = 9944
    origins: tuple[str, ...] = ()
    is_unsafe_allowed: bool = False
    mode: SealingMode = SealingMode.MIXED
    interval_ms: int = 20_000
    finality_lag: int = 0
