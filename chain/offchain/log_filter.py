"""Log lines without what any keystore of this process keeps secret, wherever in the node they come from."""

from __future__ import annotations

import logging
from traceback import format_exception

from chain.offchain.secrecy import scrubbed_everywhere


class WithoutSecrets(logging.Filter):
    """For a handler: what it writes has no secret, in its text, its traceback or its fields."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, without secrets."""
        plain = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            told = "".join(format_exception(record.exc_info[1])).rstrip()
            if scrubbed_everywhere(told) != told:
                plain, record.exc_info = f"{plain}\n{told}", None
        shown = scrubbed_everywhere(plain)
        if shown != record.msg:
            record.msg, record.args = shown, None
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            record.fields = {name: _shown(value) for name, value in fields.items()}
        return True


def _shown(value: object) -> object:
    return scrubbed_everywhere(value) if isinstance(value, str) else value
