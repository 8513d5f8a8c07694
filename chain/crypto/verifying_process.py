"""A process that verifies signatures for another, until that one closes the pipe.

python -m chain.crypto.verifying_process        by `second_core`, never by hand
"""

from __future__ import annotations

import sys
from typing import BinaryIO

from chain.crypto.second_core import CLAIMS, LENGTH
from chain.crypto.signatures import verify_signature


def serve(received: BinaryIO, sent: BinaryIO) -> None:
    """Answer messages as `second_core` tells."""
    sent.write(b"\x01")
    sent.flush()
    while length := received.read(LENGTH.size):
        claims = CLAIMS.decode(received.read(*LENGTH.unpack(length)))
        sent.write(bytes(verify_signature(*claim) for claim in claims))
        sent.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
