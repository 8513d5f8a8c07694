"""Why something is no chain specification, or not one for this program."""

from __future__ import annotations


class SpecError(ValueError):
    """A chain specification that cannot be used.

    path: of the value that is wrong, as `genesis.raw.top`; empty where the text is no JSON object
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason
