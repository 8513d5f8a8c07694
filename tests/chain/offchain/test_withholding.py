"""Secrets are taken out of recordings, their places noted, and they come back for whoever has them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.block import Header
from chain.offchain.host_call import HostCall, Plain
from chain.offchain.recording import Recording
from chain.offchain.recording_file import decode_recording, encode_recording
from chain.offchain.redaction import Asked
from chain.offchain.replay import replay
from chain.offchain.secrecy import SECRET_STORAGE, Secrets
from chain.offchain.vault import SecretRefused, Vault
from chain.offchain.withholding import SecretsMissing, Withholding, needed, needs_text, restored
from chain.primitives import AccountId
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import FakeCall, FakeRuntime, FakeRuntimes, encode
from tests.chain.offchain.recorded import ALICE, Worker, one_block, recorded

KEY = SECRET_STORAGE + b"of a round/\x01"


def plays(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Draws a secret once, reads it ever after, and submits what follows from it."""
    secret = node.local_get(KEY)
    if secret is None:
        secret = node.random_seed()
        node.local_set(KEY, secret)
    if header.number > 1:
        node.local_set(b"copied", b"it is " + secret)
        assert node.local_get(b"copied") == b"it is " + secret
        node.submit_signed(FakeCall(2, secret[0]))


def played(vault: Vault) -> tuple[Recording, Recording]:
    """The runs on the first two blocks, as files have them."""
    with recorded(plays, vault=vault) as (node, recorder):
        one_block(node)
        node.submit(encode(b"x", 1, key=1, value=8))
        node.seal()
        first, second = (decode_recording(encode_recording(each)) for each in recorder.recordings[:2])
    return first, second


def test_the_owner_runs_everything_again_and_a_stranger_is_told_what_it_takes() -> None:
    vault = Vault()
    for recording in played(vault):
        replayed = replay(recording, FakeRuntimes(plays), vault=vault)
        assert replayed.difference is None
        assert len(replayed.extrinsics) == len(recording.extrinsics)
    first, second = played(vault)
    with pytest.raises(SecretsMissing) as refused:
        replay(first, FakeRuntimes(plays))
    assert str(refused.value) == (
        "the run needs what random_seed came to (host call 2): lend it the secrets of the node (--secrets)"
    )
    assert needs_text(second) == (
        r"the value of secret/of a round/\x01 (host call 1) and a secret in what local_get came to (host call 3)"
    )


def test_the_secrets_of_another_node_are_refused() -> None:
    for recording in played(Vault()):
        with pytest.raises(SecretRefused, match="these secrets are those of another node than that which"):
            replay(recording, FakeRuntimes(plays), vault=Vault())


def test_a_vault_that_has_not_kept_a_secret_says_which() -> None:
    vault = Vault(is_kept=False)
    first, _ = played(vault)
    with pytest.raises(SecretsMissing, match=r"needs what random_seed came to .*, which these secrets lack"):
        restored(first, vault)


def other(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.local_get(KEY)
    node.local_set(KEY, node.random_seed()[:31] + b"\x00")


def test_another_secret_is_told_at_its_call_without_showing_any() -> None:
    vault = Vault()
    first, _ = played(vault)
    seed = restored(first, vault).calls[1].answer()
    difference = replay(first, FakeRuntimes(other), vault=vault).difference
    assert difference is not None
    assert (difference.number, difference.reason) == (
        3,
        "value has another secret than was recorded, or has it elsewhere",
    )
    assert isinstance(seed, bytes)
    assert seed[:6].hex() not in str(difference)
    assert str(difference).count("(redacted)") == 2


def leaks(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.local_get(KEY)
    node.local_set(b"leak", node.random_seed())


def test_a_difference_shows_no_secret_that_is_asked_now() -> None:
    vault = Vault()
    first, _ = played(vault)
    seed = restored(first, vault).calls[1].answer()
    difference = replay(first, FakeRuntimes(leaks), vault=vault).difference
    assert difference is not None
    assert isinstance(seed, bytes)
    assert seed[:6].hex() not in f"{difference} {difference.asked!r} {difference.reason}"


def asks_a_server(secret: str) -> list[tuple[HostCall, Plain]]:
    return [
        (HostCall("http_start", ("GET", f"http://a.example/?token={secret}")), (0, 1)),
        (HostCall("http_add_header", (1, "Authorization", f"Bearer {secret}")), (0, None)),
        (HostCall("http_headers", (1,)), (0, (("Set-Cookie", "session"), ("X-Echo", f"Bearer {secret}")))),
    ]


def withholding_of(calls: list[tuple[HostCall, Plain]], vault: Vault) -> tuple[Withholding, Recording]:
    """Calls as they are in the recording of a run."""
    withholding = Withholding(vault, AccountId(ALICE.account), Secrets(), calls)
    told = withholding.recorded()
    return withholding, replace(
        EXAMPLE,
        calls=told,
        withheld=tuple(withholding.withheld),
        holes=tuple(withholding.holes),
        vault=vault.fingerprint,
    )


def test_what_servers_say_needs_no_secrets_and_what_a_worker_says_is_kept_nowhere() -> None:
    vault = Vault()
    withholding, recording = withholding_of(asks_a_server("hunter2hunter2"), vault)
    assert needed(recording) == {}
    assert restored(recording, None) == recording
    assert b"hunter2" not in encode_recording(recording)
    assert [each.value for each in withholding.known if each.value] == ["session", "Bearer hunter2hunter2"]
    vault.keep(withholding.known)
    assert restored(recording, vault).calls[2].answer() == (
        ("Set-Cookie", "session"),
        ("X-Echo", "Bearer hunter2hunter2"),
    )


def test_all_secrets_of_a_run_are_known_however_many_a_keystore_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chain.offchain.secrecy.KEPT", 2)
    drawn = [Random(number).randbytes(32) for number in range(20)]
    calls: list[Asked] = [(HostCall("random_seed"), (0, each)) for each in drawn]
    calls += [(HostCall("local_set", (1, b"plain", each)), (0, None)) for each in drawn]
    _, recording = withholding_of(calls, Vault())
    assert not any(each in encode_recording(recording) for each in drawn)


def test_pieces_that_are_alike_do_not_look_alike() -> None:
    secret = b"\x05\x06" * 4 + bytes(range(40, 60))
    calls: list[Asked] = [(HostCall("local_get", (1, KEY)), (0, secret))]
    calls += [(HostCall("http_write_body", (1, bytes((each,)), None)), (0, None)) for each in secret]
    withholding, recording = withholding_of(calls, Vault())
    digests = [recording.withheld[hole.secret].digest for hole in recording.holes]
    assert len(set(digests)) == len(digests) == 1 + len(secret)
    withholding, recording = withholding_of([*calls[:1], *calls[:1]], Vault())
    assert len(withholding.withheld) == 1  # what nobody can guess is told once
    assert len(recording.holes) == 2


def test_a_key_of_a_secret_does_not_tell_another() -> None:
    drawn = Random(1).randbytes(32)
    calls: list[Asked] = [
        (HostCall("random_seed"), (0, drawn)),
        (HostCall("local_set", (1, SECRET_STORAGE + drawn.hex().encode(), b"value")), (0, None)),
    ]
    _, recording = withholding_of(calls, Vault())
    assert drawn.hex().encode() not in encode_recording(recording)
    assert [each.what for each in recording.withheld] == ["what random_seed came to"] + [
        "the value of secret/(redacted)"
    ] * 2


def asks_by_secret(runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    """Reads the state at a place that nobody else knows."""
    node.local_set(b"found", runtime.state.get(b"of " + node.random_seed()) or b"nothing")


def test_questions_for_the_state_are_without_secrets_and_the_owner_asks_them_again() -> None:
    vault = Vault()
    with recorded(asks_by_secret, vault=vault) as (node, recorder):
        one_block(node)
        recording = decode_recording(encode_recording(recorder.recordings[0]))
    seed = restored(recording, vault).calls[0].answer()
    assert isinstance(seed, bytes)
    assert seed not in encode_recording(recording)
    (question,) = (each for each in recording.state if b"(redacted)" in repr(each.call.arguments).encode())
    assert question.is_untouched
    assert replay(recording, FakeRuntimes(asks_by_secret), vault=vault).difference is None


def leaks_in_pieces(size: int) -> Worker:
    """Tells of what it drew, so many bytes at a time."""

    def worker(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
        seed = node.random_seed()
        for start in range(0, 32, size):
            node.local_set(b"part", seed[start : start + size])

    return worker


def test_a_replay_that_differs_shows_no_piece_of_a_secret() -> None:
    vault = Vault()
    with recorded(leaks_in_pieces(7), vault=vault) as (node, recorder):
        one_block(node)
        recording = recorder.recordings[0]
    seed = restored(recording, vault).calls[0].answer()
    assert isinstance(seed, bytes)
    assert replay(recording, FakeRuntimes(leaks_in_pieces(7)), vault=vault).difference is None
    difference = replay(recording, FakeRuntimes(leaks_in_pieces(6)), vault=vault).difference
    assert difference is not None
    assert difference.reason == "value has another secret than was recorded, or has it elsewhere"
    assert seed[:4].hex() not in f"{difference} {difference.asked!r} {difference.recorded!r}"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2**63) | st.binary() | st.text(),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=10,
)


@given(PLAIN, st.binary(min_size=8, max_size=40).filter(lambda value: bool(value.strip(b"\0"))))
def test_what_is_taken_out_comes_back_as_it_was(value: Plain, secret: bytes) -> None:
    vault = Vault()
    calls: list[tuple[HostCall, Plain]] = [
        (HostCall("local_get", (1, KEY)), (0, secret)),
        (HostCall("http_headers", (1,)), (0, (value, secret, f"it is {secret.hex()}"))),
    ]
    withholding, recording = withholding_of(calls, vault)
    vault.keep(withholding.known)
    again = decode_recording(encode_recording(recording))
    assert secret not in encode_recording(recording)
    assert [each.outcome for each in restored(again, vault).calls] == [outcome for _, outcome in calls]
    assert all(each.is_untouched for each in restored(again, vault).calls)


EXAMPLE, _ = played(Vault())
