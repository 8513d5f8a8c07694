"""A good signature is checked once; a bad one each time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.node.signature_cache import SignatureCache


def test_a_good_claim_is_verified_once() -> None:
    cache = SignatureCache()
    assert [cache.check(b"claim", lambda: True) for _ in range(3)] == [True, True, True]
    assert (cache.verifications, cache.hits, cache.remembered) == (1, 2, 1)


def test_a_bad_claim_is_verified_each_time_and_not_kept() -> None:
    cache = SignatureCache()
    assert [cache.check(b"claim", lambda: False) for _ in range(3)] == [False, False, False]
    assert (cache.verifications, cache.hits, cache.remembered) == (3, 0, 0)


def test_a_verification_that_raises_leaves_nothing() -> None:
    cache = SignatureCache()

    def fail() -> bool:
        raise OSError("no library")

    with pytest.raises(OSError, match="no library"):
        cache.check(b"claim", fail)
    assert cache.remembered == 0


def test_an_empty_cache_is_true_so_that_a_default_does_not_replace_it() -> None:
    cache = SignatureCache()
    assert (cache or SignatureCache()) is cache


def test_a_cache_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one claim, not 0"):
        SignatureCache(capacity=0)


@given(st.lists(st.integers(0, 5)), st.integers(1, 4))
def test_the_least_recently_used_claim_is_forgotten(claims: list[int], capacity: int) -> None:
    cache, model = SignatureCache(capacity), list[int]()
    for claim in claims:
        verified_before = cache.verifications
        assert cache.check(bytes([claim]), lambda: True)
        assert (cache.verifications == verified_before) == (claim in model)
        model = [*(known for known in model if known != claim), claim][-capacity:]
    assert cache.remembered == len(model)


def test_what_is_kept_is_recalled_until_all_is_forgotten() -> None:
    cache = SignatureCache()
    assert cache.recall(b"extrinsic") is None
    cache.keep(b"extrinsic", "checked")
    assert cache.recall(b"extrinsic") == "checked"
    assert cache.hits == 1
    cache.forget()
    assert cache.recall(b"extrinsic") is None


def test_the_oldest_checked_extrinsic_makes_room() -> None:
    cache = SignatureCache(capacity=2)
    for extrinsic in (b"first", b"second", b"third"):
        cache.keep(extrinsic, extrinsic)
    assert [cache.recall(each) for each in (b"first", b"second", b"third")] == [None, b"second", b"third"]
