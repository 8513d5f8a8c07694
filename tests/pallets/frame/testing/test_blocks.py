"""Going on to a later block checks the state of each one that ends."""

from __future__ import annotations

import pytest

from pallets.frame.guard import TryStateError
from pallets.frame.testing import mount, run_to_block
from tests.pallets.frame.tally import Config, Tally


def test_blocks_follow_each_other_up_to_the_one_named() -> None:
    tally = mount(Tally, Config())
    run_to_block(tally.host, 5)
    assert tally.block_number() == 5


def test_a_state_that_contradicts_itself_ends_the_test() -> None:
    tally = mount(Tally, Config())
    tally.total.put(1)
    with pytest.raises(TryStateError, match=r"^Tally: accounts have 0, the total is 1$"):
        run_to_block(tally.host, 2)
