"""How much of the chain's head one client may follow."""

from __future__ import annotations

from chain.record import keyword_record


@keyword_record
class FollowLimits:
    """What clients may have; a server that has one of these as a service goes by it.

    follows: sessions of one connection (polkadot-sdk has 4)
    finalized: blocks that a session begins with, at most (16)
    pinned: blocks that one session holds; beyond, it is stopped (512, which a chain without slots reaches in no time)
    operations: of one session at a time (16)
    page_items, page_bytes: entries of storage, and bytes of their keys and values, after which the client has to ask
        for more
    """

    follows: int = 4
    finalized: int = 16
    pinned: int = 4096
    operations: int = 128
    page_items: int = 1000
    page_bytes: int = 2**20
