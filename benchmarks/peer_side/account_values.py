"""The fields of many accounts, the same on both sides of the codec's comparison.

Standard library only: the peers' environment has nothing of ours.
"""

from __future__ import annotations

import random


def account_fields(count: int) -> list[tuple[int, ...]]:
    """Nonce, consumers, providers, sufficients, free, reserved, frozen and flags of `count` accounts.

    Balances are of every length up to 128 bits, so that no short-number path decides the figure.
    """
    source = random.Random(7)
    return [
        (
            source.getrandbits(source.randint(1, 32)),
            source.randrange(3),
            source.randrange(4),
            source.randrange(2),
            source.getrandbits(source.randint(1, 128)),
            source.getrandbits(source.randint(1, 64)),
            source.getrandbits(source.randint(1, 64)),
            1 << 127,
        )
        for _ in range(count)
    ]
