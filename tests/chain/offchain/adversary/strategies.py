"""Faults and schedules for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from chain.offchain.adversary.fault import OF_CHAIN, TIMED, WITHOUT_AT, Fault, FaultKind, Place, chain_place

NUMBERS = st.integers(0, 2**32 - 1)


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    """Any fault that there is."""
    kind = draw(st.sampled_from(list(FaultKind)))
    block = draw(NUMBERS)
    place = chain_place(block) if kind in OF_CHAIN else Place(block, draw(NUMBERS), draw(st.text(max_size=12)))
    fewest = TIMED.get(kind)
    blocks = 0 if fewest is None else draw(st.integers(fewest, 2**32 - 1))
    return Fault(kind, place, 0 if kind in WITHOUT_AT else draw(st.integers(1, 2**32 - 1)), blocks)
