"""What a node logs has no secret, whoever logs it and however."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from chain.crypto.hashing import blake2_256
from chain.offchain.log_filter import WithoutSecrets
from chain.offchain.secrecy import KEPT, Secrets

SECRET = bytes(range(180, 212))


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler writes of the logger "tests.log_filter"."""
    stream, log = io.StringIO(), logging.getLogger("tests.log_filter")
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutSecrets())
    log.addHandler(handler)
    yield stream
    log.removeHandler(handler)


@pytest.fixture
def secrets() -> Secrets:
    known = Secrets()
    known.learn(SECRET)
    known.learn("a long phrase")
    return known


def test_texts_arguments_tracebacks_and_fields_are_without_secrets(secrets: Secrets, written: io.StringIO) -> None:
    log = logging.getLogger("tests.log_filter")
    fields = {"key": SECRET.hex(), "count": 2}
    log.warning("the key is %s, and %r", SECRET.hex(), SECRET, extra={"fields": fields})
    try:
        raise ValueError("a long phrase")
    except ValueError:
        log.exception("it failed")
    told = written.getvalue()
    assert told.startswith("the key is (redacted), and b'(redacted)'\nit failed\nTraceback")
    assert "ValueError: (redacted)" in told
    assert fields["key"] == SECRET.hex()  # whoever logs keeps its own
    assert secrets.scrubbed("a long phrase") == "(redacted)"


def test_lines_without_secrets_are_as_they_were(secrets: Secrets, written: io.StringIO) -> None:
    logging.getLogger("tests.log_filter").warning("%d blocks, 100%% of %s", 3, "them")
    try:
        raise ValueError("nothing")
    except ValueError:
        logging.getLogger("tests.log_filter").exception("it failed")
    assert written.getvalue().startswith("3 blocks, 100% of them\nit failed\nTraceback")
    del secrets


def test_lists_in_fields_stacks_and_tracebacks_that_others_have_formatted_are_without_secrets(
    secrets: Secrets, written: io.StringIO
) -> None:
    log, first, lines = logging.getLogger("tests.log_filter"), logging.StreamHandler(io.StringIO()), list[object]()
    log.handlers.insert(0, first)  # which keeps what it made of the traceback

    def note(record: logging.LogRecord) -> bool:
        lines.append(vars(record)["fields"])
        return True

    log.handlers[-1].addFilter(note)
    try:
        raise ValueError(SECRET.hex())
    except ValueError:
        log.exception("failed", stack_info=True, extra={"fields": {"keys": [{SECRET.hex(): SECRET.hex()}, 1]}})
    finally:
        log.removeHandler(first)
    assert "ValueError: (redacted)" in written.getvalue()
    assert SECRET.hex() not in written.getvalue()
    assert lines == [{"keys": [{"(redacted)": "(redacted)"}, 1]}]
    del secrets


def test_a_line_whose_arguments_do_not_fit_is_written_without_them(secrets: Secrets, written: io.StringIO) -> None:
    logging.getLogger("tests.log_filter").warning("%d of the keys", SECRET.hex())
    assert written.getvalue() == "%d of the keys (a line whose arguments do not fit)\n"
    del secrets


def test_the_newest_secrets_are_kept_in_mind() -> None:
    secrets, values = Secrets(), [blake2_256(number.to_bytes(2, "little")).hex()[:20] for number in range(KEPT + 10)]
    for value in values:
        secrets.learn(value)
    assert secrets.scrubbed(f"secret {values[9]}") == f"secret {values[9]}"
    assert secrets.scrubbed(f"secret {values[10]}") == "secret (redacted)"
