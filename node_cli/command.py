"""What a command is, and how it fails: with one sentence, and no traceback."""

from __future__ import annotations


class CommandFailed(Exception):
    """The work failed in a way that the user can do something about; the message says what and where."""
