"""Another process says of signatures what this one would, and when it does not, nobody notices."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from chain.crypto.development import pair
from chain.crypto.keys import KeyPair
from chain.crypto.second_core import CLAIMS, FEWEST, LENGTH, SecondCore
from chain.crypto.signatures import Claim, Ecdsa, Ed25519, MultiSignature, Scheme, Sr25519, verify_signature
from chain.crypto.verifying_process import serve

SIGNERS: tuple[tuple[KeyPair, Callable[[Any], MultiSignature]], ...] = (
    (pair("Alice"), Sr25519),
    (pair("Bob", Scheme.ED25519), Ed25519),
    (pair("Charlie", Scheme.ECDSA), Ecdsa),
)


def claims_of(count: int) -> list[Claim]:
    """Claims of all schemes, every seventh about another message than was signed."""
    claims = []
    for number in range(count):
        key, variant = SIGNERS[number % len(SIGNERS)]
        message = b"message %d" % number
        signature = variant(key.sign(message))
        claims.append((signature, b"another" if number % 7 == 3 else message, key.account))
    return claims


CLAIMED = claims_of(10 * FEWEST + 5)
VERDICTS = [verify_signature(*claim) for claim in CLAIMED]


def ready() -> SecondCore:
    core = SecondCore()
    if not core.wait():
        pytest.skip("this machine has one core")
    return core


@pytest.fixture(scope="module")
def second_core() -> Iterator[SecondCore]:
    core = ready()
    yield core
    core.close()


@pytest.mark.parametrize("count", [0, 1, FEWEST - 1, FEWEST, FEWEST + 1, len(CLAIMED)])
def test_it_says_of_each_what_this_process_would(second_core: SecondCore, count: int) -> None:
    assert list(second_core.verdicts(CLAIMED[:count])) == VERDICTS[:count]


def test_who_wants_no_more_leaves_nothing_for_the_next(second_core: SecondCore) -> None:
    for wanted in (0, 1, FEWEST, FEWEST + 3):
        verdicts = second_core.verdicts(CLAIMED)
        assert list(islice(verdicts, wanted)) == VERDICTS[:wanted]
        verdicts.close()
        assert list(second_core.verdicts(CLAIMED[3:])) == VERDICTS[3:]


def test_a_second_caller_verifies_by_itself(second_core: SecondCore) -> None:
    one, other = second_core.verdicts(CLAIMED), second_core.verdicts(CLAIMED)
    assert [(next(one), next(other)) for _ in CLAIMED] == [(verdict, verdict) for verdict in VERDICTS]


@pytest.mark.parametrize("known", [0, 1, 2 * FEWEST])
def test_a_process_that_ends_is_not_missed(known: int) -> None:
    core = ready()
    verdicts = core.verdicts(CLAIMED)
    found = list(islice(verdicts, known))
    assert core._process is not None
    core._process._popen.kill()
    assert found + list(verdicts) == VERDICTS
    assert list(core.verdicts(CLAIMED)) == VERDICTS
    core.close()
    assert not core.wait()


def test_who_stops_when_the_process_has_ended_gets_no_error() -> None:
    core = ready()
    verdicts = core.verdicts(CLAIMED)
    next(verdicts)
    assert core._process is not None
    core._process._popen.kill()
    verdicts.close()
    assert list(core.verdicts(CLAIMED)) == VERDICTS
    core.close()


def test_the_process_ends_with_the_one_who_had_it() -> None:
    core = ready()
    assert core._process is not None
    popen = core._process._popen
    del core
    gc.collect()
    assert popen.returncode is not None


def test_until_the_process_is_ready_this_one_goes_on() -> None:
    core = SecondCore()
    assert list(core.verdicts(CLAIMED)) == VERDICTS
    core.close()


def test_the_process_answers_each_message_and_ends_with_the_pipe() -> None:
    sent = io.BytesIO()
    messages = [CLAIMS.encode(tuple(CLAIMED[:5])), CLAIMS.encode(()), CLAIMS.encode(tuple(CLAIMED[5:6]))]
    serve(io.BytesIO(b"".join(LENGTH.pack(len(message)) + message for message in messages)), sent)
    assert sent.getvalue() == bytes([1, *VERDICTS[:6]])
