"""What validators' nodes ask: whose turn it is, who votes, and keys for both."""

from __future__ import annotations

from secrets import token_bytes

import pytest

from chain.crypto import development
from chain.crypto.keys import KeyPair
from chain.crypto.secret_uri import SecretUriError
from chain.crypto.signatures import Scheme
from chain.primitives import U64, Bytes4, Bytes32
from chain.runtime_api import KeyKind
from chain.scale import DecodeError, codec_of, encode
from chain.state.overlay import Overlay
from runtime.construct import Runtime
from runtime.dev import DevRuntime, genesis_state
from runtime.templates.solochain import Solochain
from runtime.validator_apis import NoKeystore
from tests.runtime.templates.recorded import RUNTIMES, MakeRuntime, recording
from tests.vectors import load, unhex

every_recording = pytest.mark.parametrize(("name", "make"), RUNTIMES.items(), ids=RUNTIMES)


class Kept:
    """A keystore that remembers the newest key of each kind."""

    def __init__(self) -> None:
        self.pairs: dict[bytes, KeyPair] = {}

    def generate(self, kind: KeyKind, seed: str | None) -> bytes:
        pair = KeyPair.from_uri(seed, kind.scheme) if seed else KeyPair.from_seed(token_bytes(32), kind.scheme)
        self.pairs[kind.key_type] = pair
        return pair.public


def solochain() -> Solochain:
    return Solochain(Overlay(recording("solochain-template-2025").genesis))


@every_recording
def test_authorities_are_the_recorded_storage(name: str, make: MakeRuntime) -> None:
    runtime = make(Overlay(recording(name).genesis))
    stored = {unhex(key): unhex(value) for key, value in load(f"golden/golden-{name}.json")["genesis"].items()}
    assert runtime.call("AuraApi_authorities", b"") == stored[runtime.aura.authorities.storage_key()]
    assert runtime.call("AuraApi_slot_duration", b"") == encode(U64, 6000)
    voters = runtime.grandpa.read_authorities()
    assert runtime.call("GrandpaApi_grandpa_authorities", b"") == encode(list[tuple[Bytes32, U64]], list(voters))
    assert [weight for _, weight in voters] == [1, 1]
    assert runtime.call("GrandpaApi_current_set_id", b"") == encode(U64, 0)


def test_ownership_of_a_key_cannot_be_proved() -> None:
    voter = development.pair("Alice", Scheme.ED25519).public
    assert solochain().call("GrandpaApi_generate_key_ownership_proof", encode(U64, 0) + voter) == b"\0"


def test_keys_of_a_seed_are_those_of_its_secret_uri() -> None:
    runtime = solochain()
    runtime.keystore = kept = Kept()
    made = runtime.call("SessionKeys_generate_session_keys", encode(bytes | None, b"//Alice"))
    keys = codec_of(bytes).decode(made)
    author, voter = KeyPair.from_uri("//Alice"), KeyPair.from_uri("//Alice", Scheme.ED25519)
    assert keys == author.public + voter.public
    assert kept.pairs == {b"aura": author, b"gran": voter}
    named = list[tuple[bytes, Bytes4]]
    decoded = codec_of(named | None).decode(runtime.call("SessionKeys_decode_session_keys", made))
    assert decoded == [(author.public, b"aura"), (voter.public, b"gran")]


def test_keys_without_a_seed_are_new_ones() -> None:
    runtime = solochain()
    runtime.keystore = Kept()
    first, second = (runtime.call("SessionKeys_generate_session_keys", b"\0") for _ in range(2))
    assert len(codec_of(bytes).decode(first)) == len(codec_of(bytes).decode(second)) == 64
    assert first != second


def test_keys_that_are_cut_short_are_none() -> None:
    assert solochain().call("SessionKeys_decode_session_keys", encode(bytes, bytes(63))) == b"\0"


def test_a_seed_that_is_no_secret_uri_makes_no_key() -> None:
    runtime = solochain()
    runtime.keystore = kept = Kept()
    with pytest.raises(DecodeError, match="a seed is a secret URI in UTF-8"):
        runtime.call("SessionKeys_generate_session_keys", encode(bytes | None, b"\xff"))
    with pytest.raises(SecretUriError):
        runtime.call("SessionKeys_generate_session_keys", encode(bytes | None, b"no words of the list"))
    assert kept.pairs == {}


def test_without_a_keystore_no_key_is_made() -> None:
    with pytest.raises(NoKeystore, match="set the runtime's `keystore`"):
        solochain().call("SessionKeys_generate_session_keys", b"\0")


def test_where_nobody_need_validate_there_are_no_keys() -> None:
    runtime: Runtime = DevRuntime(Overlay(genesis_state()))
    assert runtime.call("SessionKeys_generate_session_keys", b"\0") == b"\0"  # no bytes
    assert runtime.call("SessionKeys_decode_session_keys", b"\0") == b"\1\0"  # Some, of no key
