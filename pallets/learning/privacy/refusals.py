"""What privacy code refuses."""

from __future__ import annotations


class PrivacyError(ValueError):
    """Terms under which nothing is protected, or nothing can be computed."""
