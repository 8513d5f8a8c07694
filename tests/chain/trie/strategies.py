"""Keys, values and states that meet every shape of a trie often."""

from __future__ import annotations

from hypothesis import strategies as st

KEYS = st.one_of(
    st.binary(max_size=3),
    st.lists(st.sampled_from([0x00, 0x01, 0x10, 0x11, 0xFF]), max_size=6).map(bytes),
    st.lists(st.sampled_from([0x00, 0x01]), max_size=3).map(lambda end: b"shared prefix" * 3 + bytes(end)),
)
"""Short keys, keys that begin others, the empty key, long shared beginnings (a 78-nibble partial key)."""

VALUES = st.tuples(st.sampled_from([0, 1, 2, 31, 32, 33, 100]), st.integers(0, 255)).map(
    lambda form: bytes((form[1],)) * form[0]
)
"""Values on both sides of every limit: inlined nodes, hashed nodes, hashed values."""

STATES = st.dictionaries(KEYS, VALUES, max_size=20)
CHANGES = st.dictionaries(KEYS, st.none() | VALUES, max_size=12)
VERSIONS = st.sampled_from([0, 1])
