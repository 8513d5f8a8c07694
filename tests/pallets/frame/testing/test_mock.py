"""A pallet is mounted in a runtime of its own."""

from __future__ import annotations

import pytest

from pallets.frame.testing import MOCK_VERSION, mount, system_of
from pallets.frame.testing.mock import composition_of
from tests.pallets.frame.tally import Config, Tally


def test_a_mounted_pallet_is_in_block_one_beside_system() -> None:
    tally = mount(Tally, Config(), index=5)
    assert (tally.index, tally.block_number()) == (5, 1)
    assert system_of(tally.host).config.version == MOCK_VERSION


def test_two_mounted_pallets_share_no_state() -> None:
    first, second = mount(Tally, Config()), mount(Tally, Config())
    first.total.put(3)
    assert second.total.get() == 0


def test_the_first_pallet_is_system() -> None:
    tally = mount(Tally, Config())
    runtime = composition_of(tally.host)
    runtime.pallets.pop(0)
    with pytest.raises(TypeError, match="the first pallet is Tally, not System"):
        system_of(runtime)
