"""A list of hashes; Python's own list is the oracle."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import Hash
from chain.store.hash_list import HashList

# few first bytes, and bytes that repeat: so that places without a hash's begin look like one
REST = st.lists(st.integers(0, 1), min_size=31, max_size=31)
HASHES = st.builds(lambda first, rest: Hash(bytes((first, *rest))), st.integers(0, 2), REST)


@given(st.lists(HASHES, unique_by=lambda each: each[:16], max_size=40), st.lists(HASHES), st.integers(0, 40))
def test_it_is_a_list_that_knows_what_it_has(added: list[Hash], others: list[Hash], popped: int) -> None:
    hashes, expected = HashList(), list[Hash]()
    for each in added:
        hashes.append(each)
        expected.append(each)
    for _ in range(min(popped, len(added))):
        assert hashes.pop() == expected.pop()
    assert [hashes[number] for number in range(len(hashes))] == expected
    told = {each[:16] for each in expected}
    assert [each in hashes for each in (*added, *others)] == [each[:16] in told for each in (*added, *others)]


def test_there_is_nothing_outside() -> None:
    hashes = HashList()
    for take in (hashes.pop, partial(hashes.__getitem__, 0), partial(hashes.__getitem__, -1)):
        with pytest.raises(IndexError):
            take()
