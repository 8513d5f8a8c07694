"""What privacy code refuses."""

from __future__ import annotations


class PrivacyError(ValueError):
    """Terms under which nothing is protected, or nothing can be computed."""


class BudgetExceeded(PrivacyError):
    """A round that would spend more of a client's privacy than it allows."""
