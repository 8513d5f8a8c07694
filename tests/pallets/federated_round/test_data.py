"""What operators hand over: canonical bytes, salted roots, and readers that refuse everything else."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from pallets.federated_round.data import (
    DataError,
    DataSet,
    HeldOut,
    LocalData,
    Operator,
    check_shape,
    decode_data_set,
    encode_data_set,
    operator_of,
)
from pallets.federated_round.sealed import commitment_of

ROWS, TARGETS = [(1, 2), (3, 65535), (0, 0)], (0, 1, -5)
SALT = b"s" * 32

tables = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.tuples(
            st.lists(st.integers(0, 65535), min_size=columns, max_size=columns), st.integers(-(2**31), 2**31 - 1)
        ),
        min_size=1,
        max_size=6,
    )
)


@given(tables)
def test_a_data_set_survives_its_bytes(table: list[tuple[list[int], int]]) -> None:
    data = DataSet.of([row for row, _ in table], [target for _, target in table])
    assert data.rows() == [tuple(row) for row, _ in table]
    assert decode_data_set(encode_data_set(data)) == data
    assert len(data) == len(table)


@given(st.binary(max_size=40))
def test_other_bytes_are_refused_or_canonical(data: bytes) -> None:
    try:
        decoded = decode_data_set(data)
    except DataError:
        return
    assert encode_data_set(decoded) == data


@pytest.mark.parametrize(
    ("rows", "targets"),
    [([], []), ([(1, 2), (3,)], (0, 1)), ([(1, 2)], (0, 1)), ([()], (0,)), ([(65536,)], (0,)), ([(-1,)], (0,))],
)
def test_rows_that_are_no_table_are_refused(rows: list[tuple[int, ...]], targets: tuple[int, ...]) -> None:
    with pytest.raises(DataError):
        DataSet.of(rows, targets)


def test_a_target_beyond_32_bits_is_refused() -> None:
    with pytest.raises(DataError):
        encode_data_set(DataSet.of([(1,)], (2**31,)))


def test_roots_are_salted_where_rows_are_private_and_committed_where_they_are_not() -> None:
    data = DataSet.of(ROWS, TARGETS)
    assert LocalData(data, SALT).root == blake2_256(SALT + encode_data_set(data))
    held = HeldOut(data, SALT)
    assert held.root == blake2_256(encode_data_set(data))
    assert held.commitment == commitment_of(SALT, held.root)
    assert (pickle.loads(pickle.dumps(held)), replace(held, salt=bytes(32)).root) == (held, held.root)
    assert pickle.dumps(HeldOut(data, SALT)) == pickle.dumps(held)  # what was found is no part of it
    for made in (LocalData, HeldOut):
        with pytest.raises(DataError):
            made(data, b"short")


def test_shape_and_labels_must_suit_the_task() -> None:
    data = DataSet.of(ROWS, TARGETS)
    check_shape(data, 2, 0)
    for columns, classes in ((3, 0), (2, 2), (2, 1)):
        with pytest.raises(DataError):
            check_shape(data, columns, classes)


def test_instructions_are_found_alone_or_among_others() -> None:
    mine = Operator(serves=True)
    assert operator_of(mine) is mine
    assert operator_of(("for another pallet", mine)) is mine
    assert operator_of(None) is None
    assert operator_of("for another pallet") is None


def test_an_operator_joins_what_it_can_and_wants() -> None:
    assert Operator(serves=True).joins(3)
    assert not Operator().joins(3)
    assert Operator(serves=True, tasks=frozenset({3})).joins(3)
    assert not Operator(serves=True, tasks=frozenset({2})).joins(3)


def test_private_rows_and_salts_are_not_shown() -> None:
    shown = repr(Operator(data=LocalData(DataSet.of([(12345, 2)], (54321,)), b"secret-salt".ljust(32))))
    assert "54321" not in shown
    assert "secret" not in shown
    assert "90" not in shown
