"""How two states differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chain.rpc.storage_difference import DifferenceQuery, ReturnType, differences
from chain.state.child import state_with_children
from chain.trie.trie import Trie

STATES = st.dictionaries(st.binary(max_size=3), st.binary(min_size=1, max_size=40), max_size=12)


@given(STATES, STATES, st.binary(max_size=1), st.sampled_from([0, 1]))
def test_a_difference_leads_from_one_state_to_the_other(
    before: dict[bytes, bytes], after: dict[bytes, bytes], prefix: bytes, version: int
) -> None:
    query = DifferenceQuery(ReturnType.VALUE, prefix)
    told = list(differences(Trie.from_items(before, 0), Trie.from_items(after, version), [query]))
    made = dict(before)
    for each in told:
        key, value = each["key"], each["value"]
        assert key.startswith(prefix)
        kinds = {"added": (None, value), "deleted": (value, None), "modified": (before.get(key), value)}
        assert (before.get(key), after.get(key)) == kinds[each["type"]]
        if each["type"] == "deleted":
            del made[key]
        else:
            made[key] = value
    expected = {key: value for key, value in after.items() if key.startswith(prefix)}
    assert {key: value for key, value in made.items() if key.startswith(prefix)} == expected


def test_a_child_trie_has_a_difference_of_its_own() -> None:
    before = state_with_children(Trie.empty(), {b"child": {b"a": b"1"}})
    after = state_with_children(Trie.empty(), {b"child": {b"a": b"2"}, b"other": {b"a": b"1"}})
    query = DifferenceQuery(ReturnType.VALUE, child_trie_key=b"child")
    assert list(differences(before, after, [query])) == [
        {"key": b"a", "value": b"2", "type": "modified", "childTrieKey": b"child"}
    ]
