"""What chains and pools raise is told with Substrate's codes; what is a bug is not."""

from __future__ import annotations

import pytest

from chain.node.chain_store import UnknownBlock
from chain.node.pool_errors import (
    AlreadyImported,
    CycleDetected,
    ImmediatelyDropped,
    NoTagsProvided,
    PoolError,
    TemporarilyBanned,
    TooLowPriority,
)
from chain.primitives import Hash
from chain.rpc.errors import RpcError, client_error, refusal_of
from chain.runtime_api import UnknownRuntimeMethod
from chain.scale import DecodeError
from chain.store.block_store import PrunedBlock
from chain.validity import Invalid, InvalidTransaction, Undecodable, Unknown, UnknownTransaction

ONES = Hash(b"\1" * 32)
UNKNOWN_BLOCK = f"UnknownBlock: Header was not found in the database: 0x{ONES.hex()}"


class Other(PoolError):
    """Another reason that a pool may have one day."""

    def __str__(self) -> str:
        return "another reason"


TOLD: list[tuple[Exception, int, str, str | None]] = [
    (
        UnknownBlock(ONES),
        4003,
        f"Client error: UnknownBlock: Header was not found in the database: 0x{'01' * 32}",
        None,
    ),
    (UnknownRuntimeMethod("A_b", ()), 4003, "Client error: Execution failed: Exported method A_b is not found", None),
    (InvalidTransaction(Invalid.STALE), 1010, "Invalid Transaction", "Transaction is outdated"),
    (InvalidTransaction(Invalid.BAD_PROOF), 1010, "Invalid Transaction", "Transaction has a bad signature"),
    (
        InvalidTransaction(Invalid.PAYMENT),
        1010,
        "Invalid Transaction",
        "Inability to pay some fees (e.g. account balance too low)",
    ),
    (
        InvalidTransaction(Invalid.ANCIENT_BIRTH_BLOCK),
        1010,
        "Invalid Transaction",
        "Transaction has an ancient birth block",
    ),
    (InvalidTransaction(Invalid.CUSTOM, 7), 1010, "Invalid Transaction", "Custom error: 7"),
    (
        Undecodable(DecodeError("Call", 3, 'no "such" pallet')),
        1002,
        "Verification Error: Runtime error: Execution failed: Runtime panicked: "
        'Bad input data provided to validate_transaction: Call at byte 3: no "such" pallet',
        'RuntimeApi("Execution failed: Runtime panicked: '
        'Bad input data provided to validate_transaction: Call at byte 3: no \\"such\\" pallet")',
    ),
    (UnknownTransaction(Unknown.CANNOT_LOOKUP), 1011, "Unknown Transaction Validity", "CannotLookup"),
    (UnknownTransaction(Unknown.CUSTOM, 3), 1011, "Unknown Transaction Validity", "Custom(3)"),
    (TemporarilyBanned(), 1012, "Transaction is temporarily banned", None),
    (AlreadyImported(), 1013, "Transaction Already Imported", None),
    (
        TooLowPriority(2, 1),
        1014,
        "Priority is too low: (2 vs 1)",
        "The transaction has too low priority to replace another transaction already in the pool.",
    ),
    (CycleDetected(), 1015, "Cycle Detected", None),
    (ImmediatelyDropped(), 1016, "Immediately Dropped", "The transaction couldn't enter the pool because of the limit"),
    (
        NoTagsProvided(),
        1019,
        "No tags provided",
        "Transaction does not provide any tags, so the pool can't identify it",
    ),
    (Other(), 1040, "another reason", None),
]


@pytest.mark.parametrize(("error", "code", "message", "data"), TOLD, ids=lambda each: type(each).__name__)
def test_refusals_have_substrates_codes_and_texts(error: Exception, code: int, message: str, data: str | None) -> None:
    refusal = refusal_of(error)
    assert refusal is not None
    assert (refusal.code, refusal.message, refusal.data) == (code, message, data)


def test_a_bug_is_no_refusal() -> None:
    assert refusal_of(KeyError("a")) is None
    assert refusal_of(RecursionError()) is None


def test_data_is_left_out_where_there_is_none() -> None:
    assert client_error("why").as_json == {"code": 4003, "message": "Client error: why"}
    assert RpcError(1, "a", "b").as_json == {"code": 1, "message": "a", "data": "b"}
    assert str(RpcError(1, "a", "b")) == "1: a: b"


def test_a_pruned_block_is_told_in_the_words_that_clients_look_for() -> None:
    refusal = refusal_of(PrunedBlock(ONES))
    assert refusal is not None
    assert refusal.message == (
        f"Client error: Api called for an unknown Block: State already discarded for 0x{'01' * 32}"
    )
