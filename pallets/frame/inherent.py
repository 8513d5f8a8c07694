"""Inherents: calls that a block's author makes of what its node knows, and that other nodes check (sp_inherents)."""

from __future__ import annotations

from dataclasses import field

from chain.record import record


class InherentError(Exception):
    """A block's inherent does not fit what this node knows, or is missing.

    encoded: the SCALE bytes of the pallet's own error
    is_fatal: whether the block is refused at once, without a look at other inherents
    """

    def __init__(self, text: str, encoded: bytes, *, is_fatal: bool) -> None:
        super().__init__(text)
        self.encoded = encoded
        self.is_fatal = is_fatal


@record
class InherentsResult:
    """What checking a block's inherents found (sp_inherents::CheckInherentsResult)."""

    okay: bool = True
    fatal_error: bool = False
    errors: dict[bytes, bytes] = field(default_factory=dict)
    """Encoded errors by 8-byte identifier; of a fatal one, nothing else."""

    def with_error(self, identifier: bytes, error: InherentError) -> InherentsResult:
        """The result with one more error."""
        before = {} if error.is_fatal else self.errors
        return InherentsResult(False, error.is_fatal, {**before, identifier: error.encoded})
