"""The follow sessions of one connection."""

from __future__ import annotations

from chain.rpc.chain_head.errors import too_many_follows
from chain.rpc.chain_head.follow import Follow
from chain.rpc.chain_head.limits import FollowLimits
from chain.rpc.context import Context

EVENT = "chainHead_v1_followEvent"


class Follows:
    """Sessions by the names of their subscriptions; one that has ended is not there any more."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.limits = context.services.find(FollowLimits) or FollowLimits()
        self._active: dict[str, Follow] = {}

    @classmethod
    def of(cls, context: Context) -> Follows:
        """Those of the connection."""
        return context.session(cls, lambda: cls(context))

    def begin(self, with_runtime: bool) -> str:
        """Follow the chain; the session's name. Raises RpcError at the limit."""
        if len(self._active) >= self.limits.follows:
            raise too_many_follows()
        subscription = self._context.subscribe(EVENT)
        subscription.on_end(lambda: self._active.pop(subscription.id, None))
        follow = Follow(self._context.node, subscription, self.limits, with_runtime)
        if subscription.is_active:
            self._active[subscription.id] = follow
        return subscription.id

    def find(self, name: str) -> Follow | None:
        """The session of this name."""
        return self._active.get(name)

    def end(self, name: str) -> None:
        """End a session, if there is one of this name."""
        follow = self.find(name)
        if follow is not None:
            follow.subscription.end()
