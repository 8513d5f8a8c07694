"""Typed values in a node's own storage."""

import pytest

from chain.offchain.participant import Participant
from chain.primitives import U32
from chain.scale import DecodeError
from pallets.frame.offchain import FORK_AWARE, PERSISTENT, ConcurrentModification, OffchainValue
from pallets.frame.offchain_storage import StorageKind
from tests.chain.offchain.lending import ALICE, lent


@pytest.mark.parametrize("kind", [PERSISTENT, FORK_AWARE])
def test_a_value_is_kept_read_changed_and_forgotten(kind: StorageKind) -> None:
    node = lent()
    value = OffchainValue(node, b"count", U32, kind)
    assert value.get() is None
    value.put(7)
    assert (value.get(), node.local_get(b"count")) == (7, b"\x07\0\0\0" if kind is PERSISTENT else None)
    assert value.mutate(lambda old: (old or 0) + 1) == 8
    value.clear()
    assert value.get() is None


def test_a_change_that_somebody_overtakes_tells_what_it_would_have_kept() -> None:
    node = lent()
    value = OffchainValue(node, b"count", U32)

    def while_another_writes(old: int | None) -> int:
        node.local_set(b"count", b"\x63\0\0\0")
        return (old or 0) + 1

    with pytest.raises(ConcurrentModification) as overtaken:
        value.mutate(while_another_writes)
    assert (overtaken.value.tried, value.get()) == (1, 99)


def test_what_the_change_raises_leaves_the_value() -> None:
    value = OffchainValue(lent(), b"count", U32)
    value.put(1)
    with pytest.raises(ZeroDivisionError):
        value.mutate(lambda old: (old or 0) // 0)
    assert value.get() == 1


def test_bytes_that_are_no_such_value_are_told_or_replaced() -> None:
    participant = Participant(ALICE)
    participant.storage.set(b"count", b"\x01")
    value = OffchainValue(lent(participant), b"count", U32)
    with pytest.raises(DecodeError):
        value.get()
    with pytest.raises(DecodeError):
        value.mutate(lambda _old: 1)
    assert value.replace(lambda old: 5 if old is None else 6) == 5
