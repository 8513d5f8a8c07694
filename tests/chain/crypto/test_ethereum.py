"""chain.crypto.ethereum against keys that polkadot-js derived."""

from __future__ import annotations

import pytest

from chain.crypto import ecdsa, ethereum
from chain.crypto.mnemonic import DEVELOPMENT_PHRASE
from chain.crypto.secret_uri import SecretUriError
from tests.vectors import load, unhex


def test_every_ethereum_uri_names_the_known_key_and_address() -> None:
    vectors = [vector for vector in load("keys/suri.json")["vectors"] if vector["scheme"] == "ethereum"]
    assert vectors
    for vector in vectors:
        secret = ethereum.secret_of_uri(vector["suri"])
        public = ecdsa.public_of_seed(secret)
        assert (secret, public) == (unhex(vector["secret"]), unhex(vector["public"]))
        assert ethereum.checksummed(ethereum.address_of(public)) == vector["address"]


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("one two/m/44'", "a phrase has 12, 15, 18, 21 or 24 words, not 2"),
        (DEVELOPMENT_PHRASE, "the path of an Ethereum secret URI is m and numbers, such as m/44'/60'/0'/0/0"),
        (
            DEVELOPMENT_PHRASE + "//Alice",
            "the path of an Ethereum secret URI is m and numbers, such as m/44'/60'/0'/0/0",
        ),
        (DEVELOPMENT_PHRASE + "/m/2147483648", "a number of the path is below 2**31, 2147483648 is not"),
    ],
)
def test_a_uri_without_a_key_is_refused(uri: str, message: str) -> None:
    with pytest.raises(SecretUriError) as refusal:
        ethereum.secret_of_uri(uri)
    assert str(refusal.value) == message
