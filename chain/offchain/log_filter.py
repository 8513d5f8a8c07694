"""Log lines without what any keystore of this process keeps secret, wherever in the node they come from."""

from __future__ import annotations

import logging
from traceback import format_exception

from chain.offchain.secrecy import scrubbed_everywhere


class WithoutSecrets(logging.Filter):
    """For a handler: what it writes has no secret, in its text, its traceback or its fields."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, without secrets."""
        try:
            plain = record.getMessage()
        except (TypeError, ValueError, KeyError):  # which logging would tell of with the arguments as they are
            plain = f"{record.msg} (a line whose arguments do not fit)"
            record.msg, record.args = plain, None
        if record.exc_info and record.exc_info[1] is not None:
            told = "".join(format_exception(record.exc_info[1])).rstrip()
            if scrubbed_everywhere(told) != told:
                plain, record.exc_info = f"{plain}\n{told}", None
        if record.exc_text:  # as another handler has formatted it
            record.exc_text = scrubbed_everywhere(record.exc_text) if record.exc_info else None
        if record.stack_info:
            record.stack_info = scrubbed_everywhere(record.stack_info)
        shown = scrubbed_everywhere(plain)
        if shown != record.msg:
            record.msg, record.args = shown, None
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            record.fields = _shown(fields)
        return True


def _shown(value: object) -> object:
    """What fields have, in lists and tables too."""
    if isinstance(value, str):
        return scrubbed_everywhere(value)
    if isinstance(value, dict):
        return {_shown(name): _shown(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each) for each in value]
    return value
