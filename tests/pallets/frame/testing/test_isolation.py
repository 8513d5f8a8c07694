"""What a test writes into a runtime that outlives it is taken back, at the same cost for any state."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chain.primitives import AccountId
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import MockRuntime, assert_ok, mount
from pallets.frame.testing.isolation import Isolation
from tests.pallets.frame.tally import Config, Tally

ALICE = AccountId(b"\x01" * 32)
AT_IMPORT = mount(Tally, Config())
AT_IMPORT.total.put(11)


@pytest.fixture(scope="module")
def tally() -> Tally:
    made = mount(Tally, Config())
    assert_ok(made.host, Signed(ALICE), call_of(made.add, value=5))
    return made


@pytest.fixture(scope="module")
def doubled(tally: Tally) -> Tally:
    """A later long-lived fixture may go on with a runtime."""
    assert_ok(tally.host, Signed(ALICE), call_of(tally.add, value=5))
    return tally


@pytest.fixture
def ten_more(doubled: Tally) -> Tally:
    """What a test's own fixture writes is the test's."""
    assert_ok(doubled.host, Signed(ALICE), call_of(doubled.add, value=10))
    return doubled


@pytest.mark.parametrize("_time", [1, 2])
def test_each_test_finds_the_state_of_its_long_lived_fixtures(doubled: Tally, _time: int) -> None:
    assert doubled.total.get() == 10
    doubled.total.put(1000)


@pytest.mark.parametrize("_time", [1, 2])
def test_what_a_tests_own_fixture_wrote_is_taken_back(ten_more: Tally, _time: int) -> None:
    assert ten_more.total.get() == 20
    ten_more.total.kill()


@pytest.mark.parametrize("_time", [1, 2])
def test_what_modules_made_when_they_were_imported_is_isolated(_time: int) -> None:
    assert AT_IMPORT.total.get() == 11
    AT_IMPORT.total.put(12)


@given(value=st.integers(1, 100))
@example(value=7)
@example(value=8)
def test_each_example_finds_the_same_state(doubled: Tally, value: int) -> None:
    assert doubled.total.get() == 10
    assert_ok(doubled.host, Signed(ALICE), call_of(doubled.add, value=value))
    assert doubled.total.get() == 10 + value


@pytest.mark.parametrize("start", [1, 2])
@given(value=st.integers(1, 100))
def test_examples_of_a_parametrized_test_too(doubled: Tally, start: int, value: int) -> None:
    assert doubled.total.get() == 10
    doubled.total.put(start + value)


class TestMethods:
    @given(value=st.integers(1, 100))
    def test_examples_of_a_method_too(self, doubled: Tally, value: int) -> None:
        assert doubled.total.get() == 10
        doubled.total.put(value)


def test_a_transaction_that_was_left_open_is_closed() -> None:
    isolation, runtime = Isolation(), MockRuntime()
    isolation.add(runtime)
    isolation.keep()
    before = runtime.storage.root()
    isolation.begin_test()
    runtime.storage.begin()
    runtime.storage.put(b"a", b"b")
    isolation.end_test()
    assert (runtime.storage.root(), runtime.storage.depth) == (before, 0)


def test_an_untouched_state_stays_where_it_is() -> None:
    storage = Overlay(Trie.from_items({b"a": b"b"}))
    isolation, runtime = Isolation(), MockRuntime(storage)
    isolation.add(runtime)
    isolation.keep()
    base = storage.base
    isolation.end_test()
    assert storage.base is base
