"""How much a server takes from its clients; the defaults are those of Substrate's nodes where these have one."""

from __future__ import annotations

from chain.record import keyword_record


@keyword_record
class RpcLimits:
    """Connections at a time; bytes of a request and of a reply; what one connection may have.

    batch: requests in one message
    subscriptions: of one connection
    queued, queued_bytes: notifications that wait for a client to read them; beyond, the connection is closed
    """

    connections: int = 100
    request_bytes: int = 15 * 2**20
    response_bytes: int = 15 * 2**20
    batch: int = 1000
    subscriptions: int = 1024
    queued: int = 2**16
    queued_bytes: int = 64 * 2**20
