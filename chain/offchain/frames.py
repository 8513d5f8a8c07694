"""What goes through the pipe between a node and a worker process: a length, u32 little-endian, and MessagePack.

to the process    ["run", account, data or None, header, hook, root, version, memory]    a run; its answers follow
                  [0, value], [1, error, details]                                        an outcome, as host_call's
to the node       ["ready"]                                                              its runtime is there
                  [name, [argument, …]]                                                  a host call
                  ["log", level, logger, text]
                  ["end", failure or None, details, CPU seconds × 10⁹, wall, bytes of memory at most]
"""

from __future__ import annotations

from struct import Struct
from typing import Final

LENGTH: Final = Struct("<I")

END, LOG, READY, RUN = "end", "log", "ready", "run"

MAX_FRAME: Final = 2**31


def framed(data: bytes) -> bytes:
    """The data with its length before it; raises OverflowError where it is longer than a frame may be."""
    if len(data) > MAX_FRAME:
        raise OverflowError(f"{len(data)} bytes are more than a frame may have, {MAX_FRAME}")
    return LENGTH.pack(len(data)) + data
