"""Who is told of new sessions, and who chooses their validators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chain.primitives import U32, AccountId, Bytes32

SessionIndex = U32
"""Sessions since genesis."""

ValidatorKeys = Sequence[tuple[AccountId, Bytes32]]
"""Validators with that of their keys which the one who is told uses."""


class SessionHandler(Protocol):
    """A consensus pallet: it signs with one of the session's keys (frame_support::traits::OneSessionHandler)."""

    def on_genesis_session(self, validators: ValidatorKeys) -> None:
        """At genesis: who begins."""
        ...

    def on_new_session(
        self, changed: bool, validators: ValidatorKeys, queued: ValidatorKeys, index: SessionIndex
    ) -> None:
        """At a session's beginning: who takes part in it, and who probably will in the one after it.

        changed: whether anything differs from the session before, or should be seen so
        """
        ...

    def on_before_session_ending(self) -> None:
        """Just before a session ends."""
        ...

    def on_disabled(self, index: U32) -> None:
        """When the validator of this position may no longer take part."""
        ...


class SessionManager(Protocol):
    """Whoever chooses validators (pallet_session::SessionManager)."""

    def new_session(self, index: SessionIndex) -> Sequence[AccountId] | None:
        """The validators of a session that lies ahead; None where they stay who they are."""
        ...

    def start_session(self, index: SessionIndex) -> None:
        """When a session that was planned begins."""
        ...

    def end_session(self, index: SessionIndex) -> None:
        """When a session ends."""
        ...
