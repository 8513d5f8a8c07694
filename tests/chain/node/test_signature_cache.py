"""What was found good is remembered; a bad signature is verified each time."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.development import pair
from chain.crypto.signatures import Sr25519, verify_signature
from chain.node.impersonation import Impersonator
from chain.node.signature_cache import SignatureCache

ALICE = pair("Alice")
SIGNATURE = Sr25519(ALICE.sign(b"message"))


def test_a_signature_is_verified_each_time_that_it_is_asked_for() -> None:
    cache = SignatureCache()
    asked = [(b"message", ALICE.account), (b"another", ALICE.account), (b"message", pair("Bob").account)]
    assert [cache.is_good(SIGNATURE, message, signer) for message, signer in asked] == [True, False, False]
    assert (cache.verifications, cache.hits, cache.remembered) == (3, 0, 0)


def test_a_development_node_may_let_other_signatures_pass() -> None:
    cache = SignatureCache()
    cache.verify = lambda _signature, _message, signer: signer == ALICE.account
    assert cache.is_good(SIGNATURE, b"another", ALICE.account)
    assert not cache.is_good(SIGNATURE, b"message", pair("Bob").account)


def test_a_verification_that_raises_leaves_nothing() -> None:
    cache = SignatureCache()

    def fail(*_: object) -> bool:
        raise OSError("no library")

    cache.verify = fail
    with pytest.raises(OSError, match="no library"):
        cache.is_good(SIGNATURE, b"message", ALICE.account)
    assert cache.remembered == 0


def test_an_empty_cache_is_true_so_that_a_default_does_not_replace_it() -> None:
    cache = SignatureCache()
    assert (cache or SignatureCache()) is cache


def test_a_cache_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one extrinsic, not 0"):
        SignatureCache(capacity=0)


def test_what_is_kept_is_recalled_until_all_is_forgotten() -> None:
    cache = SignatureCache()
    assert cache.recall(b"extrinsic") is None
    cache.keep(b"extrinsic", "known")
    assert cache.recall(b"extrinsic") == "known"
    cache.forget()
    assert (cache.recall(b"extrinsic"), cache.remembered) == (None, 0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers())), st.integers(1, 4))
def test_the_oldest_extrinsic_makes_room(kept: list[tuple[int, int]], capacity: int) -> None:
    cache, model = SignatureCache(capacity), dict[int, int]()
    for extrinsic, known in kept:
        cache.keep(bytes([extrinsic]), known)
        model[extrinsic] = known
        model = dict(list(model.items())[-capacity:])
    assert {each: cache.recall(bytes([each])) for each in range(6)} == {each: model.get(each) for each in range(6)}
    assert cache.remembered == len(model)


def test_what_a_pair_signs_here_is_verified_the_first_time_alone() -> None:
    cache = SignatureCache()
    for number in range(3):
        message = b"message %d" % number
        signature = cache.sign(ALICE, message)
        assert cache.is_good(signature, message, ALICE.account)
        assert verify_signature(signature, message, ALICE.account)
    assert (cache.verifications, cache.hits) == (1, 3)


def test_what_was_signed_here_is_good_for_what_was_signed_alone() -> None:
    cache = SignatureCache()
    cache.sign(ALICE, b"message")
    signature = cache.sign(ALICE, b"message")
    assert not cache.is_good(signature, b"another", ALICE.account)
    assert not cache.is_good(signature, b"message", pair("Bob").account)
    assert not cache.is_good(Sr25519(bytes(64)), b"message", ALICE.account)
    assert (cache.verifications, cache.hits) == (4, 0)


def test_a_pair_whose_secret_is_anothers_signs_nothing_that_passes() -> None:
    cache = SignatureCache()
    cache.sign(ALICE, b"message")
    false = replace(ALICE, secret=pair("Bob").secret)
    assert false == ALICE, "pairs are compared without their secrets"
    for _ in range(2):
        assert not cache.is_good(cache.sign(false, b"message"), b"message", ALICE.account)
    assert cache.hits == 0


def test_where_other_signatures_pass_for_a_time_nothing_is_believed_unverified() -> None:
    cache = SignatureCache()
    fake, account = Impersonator.of(ALICE.account), ALICE.account
    cache.verify = lambda _signature, _message, _signer: True
    signature = cache.sign(fake, b"message")
    assert cache.is_good(signature, b"message", account)
    cache.verify = verify_signature
    assert not cache.is_good(signature, b"message", account)
    assert not cache.is_good(cache.sign(fake, b"message"), b"message", account)


def test_all_is_verified_anew_once_it_is_forgotten() -> None:
    cache = SignatureCache()
    cache.sign(ALICE, b"message")
    signature = cache.sign(ALICE, b"message")
    cache.forget()
    assert cache.is_good(signature, b"message", ALICE.account)
    cache.sign(ALICE, b"message")
    assert (cache.verifications, cache.hits) == (3, 0)
