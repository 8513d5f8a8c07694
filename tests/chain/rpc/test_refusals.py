"""What people write for the dev methods is read, and what is wrong becomes an answer."""

from __future__ import annotations

from typing import Any

import pytest

from chain.crypto import ss58
from chain.node.control import ControlError
from chain.node.pool_errors import AlreadyImported, TransactionNotFound
from chain.node.state_file import StateFileError
from chain.primitives import AccountId, Hash
from chain.rpc.errors import RpcError
from chain.rpc.refusals import account_of, moment_of, pairs_of, refused
from chain.validity import InvalidBlock

ACCOUNT = AccountId(b"\7" * 32)


@pytest.mark.parametrize(
    "error",
    [
        ControlError("no"),
        StateFileError("the state", "no"),
        TransactionNotFound(Hash(bytes(32))),
        InvalidBlock("no"),
        ValueError("no"),
    ],
)
def test_refusals_are_answers_with_chopsticks_code(error: Exception) -> None:
    with pytest.raises(RpcError) as answered, refused():
        raise error
    assert (answered.value.code, answered.value.message) == (1, f"Error: {error}")


@pytest.mark.parametrize("error", [AlreadyImported(), ZeroDivisionError()])
def test_what_has_a_code_of_its_own_and_what_is_a_bug_goes_on(error: Exception) -> None:
    with pytest.raises(type(error)), refused():
        raise error


def test_accounts_are_addresses_of_any_network_and_digits() -> None:
    assert {account_of(text) for text in (ss58.encode(ACCOUNT, 0), ss58.encode(ACCOUNT), "0x" + ACCOUNT.hex())} == {
        ACCOUNT
    }
    for text in ("", "0x12", "soon", "5" * 5000):
        with pytest.raises(ControlError, match="is no account"):
            account_of(text)


def test_dates_are_of_utc_where_they_do_not_say() -> None:
    assert moment_of("2026-11-21") == moment_of("2026-11-21T01:00:00+01:00") == 1795219200000
    assert moment_of("1969-12-31T23:59:59.999") == -1
    midnight = 1795219200000
    assert moment_of("2026-11-21T00:00:00.000Z") == moment_of("Sat, 21 Nov 2026 00:00:00 GMT") == midnight
    assert moment_of("Sat Nov 21 2026 02:00:00 GMT+0200 (Eastern European Standard Time)") == midnight
    with pytest.raises(ControlError, match="'soon' is no date"):
        moment_of("soon")


def test_storage_is_pairs_of_digits_and_null() -> None:
    assert list(pairs_of([["0x01", "0x"], ["0x02", None]])) == [(b"\1", b""), (b"\2", None)]
    assert list(pairs_of([])) == []


@pytest.mark.parametrize("values", [None, 5, "0x", [5], [["0x01"]], [[1, "0x"]], [["0x01", 5]], [["0x0", None]]])
def test_what_is_no_storage_is_told(values: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        list(pairs_of(values))
