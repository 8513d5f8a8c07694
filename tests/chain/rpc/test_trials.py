"""Differences as jsondiffpatch writes them (`tests/end_to_end/test_dry_run_delta.py` asks that library)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.rpc.trials import delta

VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 1, None),
        (1, 2, [1, 2]),
        ({"a": 1}, {"b": 1}, {"a": [1, 0, 0], "b": [1]}),
        ([1, {"a": 1}], [2, {"a": 2}, 3], {"_t": "a", "_0": [1, 0, 0], "0": [2], "1": {"a": [1, 2]}, "2": [3]}),
        ([1], {"a": 1}, [[1], {"a": 1}]),
    ],
)
def test_deltas(old: Any, new: Any, expected: Any) -> None:
    assert delta(old, new) == expected


@given(old=VALUES, new=VALUES)
def test_a_delta_leads_from_old_to_new(old: Any, new: Any) -> None:
    found = delta(old, new)
    assert (found is None) == (old == new)
    assert patched(old, found) == new


def patched(old: Any, found: Any) -> Any:
    """What jsondiffpatch documents of its deltas."""
    if found is None:
        return old
    if isinstance(found, list):
        return found[-1]
    if found.get("_t") == "a":
        kept = [each for place, each in enumerate(old) if f"_{place}" not in found]
        for place in sorted(int(name) for name in found if not name.startswith("_")):
            inner = found[str(place)]
            if isinstance(inner, list) and len(inner) == 1:
                kept.insert(place, inner[0])
            else:
                kept[place] = patched(kept[place], inner)
        return kept
    whole = dict(old)
    for name, inner in found.items():
        if isinstance(inner, list) and len(inner) == 3:
            del whole[name]
        elif isinstance(inner, list) and len(inner) == 1:
            whole[name] = inner[0]
        else:
            whole[name] = patched(whole[name], inner)
    return whole
