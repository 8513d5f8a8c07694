from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chain.scale.compact import encode_compact
from chain.trie.node import EMPTY_ROOT
from chain.trie.oracle import root_of
from chain.trie.ordered import ordered_root
from tests.chain.trie.strategies import VALUES, VERSIONS


@given(st.lists(VALUES, max_size=80), VERSIONS)
def test_a_list_is_a_trie_under_compact_indices(values: list[bytes], version: int) -> None:
    assert ordered_root(values, version) == root_of(
        [(encode_compact(index), value) for index, value in enumerate(values)], version
    )


def test_indices_of_two_and_four_bytes_have_their_place() -> None:
    for count in (0, 1, 2, 63, 64, 65, 300, 17000):
        values = [index.to_bytes(3, "little") for index in range(count)]
        if count < 1000:
            assert ordered_root(values, 0) == root_of(
                [(encode_compact(index), value) for index, value in enumerate(values)], 0
            )
    assert ordered_root([], 1) == EMPTY_ROOT
    assert ordered_root(values, 0) == root_of({encode_compact(at): value for at, value in enumerate(values)}, 0)
