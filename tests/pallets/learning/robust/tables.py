"""Tables of updates for the tests of robust rules."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

SMALL = st.integers(-(2**40), 2**40)
INT64 = st.integers(-(2**63), 2**63 - 1)
FEW = st.integers(-3, 3)
"""Few different values, so that there are ties."""


@st.composite
def tables(draw: st.DrawFn, least: int = 1, most: int = 9, width: int = 4) -> NDArray[np.int64]:
    """A table of updates: small ones, huge ones, or such with ties."""
    values = draw(st.sampled_from([SMALL, INT64, FEW]))
    clients, parameters = draw(st.integers(least, most)), draw(st.integers(1, width))
    rows = draw(
        st.lists(st.lists(values, min_size=parameters, max_size=parameters), min_size=clients, max_size=clients)
    )
    return np.array(rows, dtype=np.int64)
