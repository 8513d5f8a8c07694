"""What is sealed for a deal opens for its holder alone, and no more once the secret is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.content.memory import MemoryStore
from chain.primitives import AccountId, Hash
from pallets.data_registry.custody import BlobRefused
from pallets.data_registry.release import Deal, Secrets, forget_secret, public_key, seal, secret_for, unseal
from tests.pallets.federated_round.fake_node import FakeNode

HOLDER, EPHEMERAL = b"h" * 32, b"e" * 32
SECRETS = Secrets(b"k" * 32, b"s" * 32)
DEAL = Deal(3, AccountId(b"u" * 32), Hash(b"p" * 32))
SEALED = seal(SECRETS, DEAL, public_key(HOLDER), EPHEMERAL)


def test_the_holder_opens_what_was_sealed() -> None:
    assert unseal(SEALED, DEAL, HOLDER) == SECRETS
    assert SECRETS.key not in SEALED


@pytest.mark.parametrize(
    "deal",
    [replace(DEAL, data_set=4), replace(DEAL, who=AccountId(b"v" * 32)), replace(DEAL, purpose=Hash(b"q" * 32))],
)
def test_it_opens_for_no_other_deal(deal: Deal) -> None:
    with pytest.raises(BlobRefused):
        unseal(SEALED, deal, HOLDER)


def test_it_opens_for_no_other_key() -> None:
    with pytest.raises(BlobRefused):
        unseal(SEALED, DEAL, b"x" * 32)


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 127))
def test_a_changed_or_cut_seal_does_not_open(place: int, change: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= change
    for wrong in (bytes(changed), SEALED[:place]):
        with pytest.raises(BlobRefused):
            unseal(wrong, DEAL, HOLDER)


def test_nothing_is_sealed_to_a_key_that_everybody_knows() -> None:
    with pytest.raises(BlobRefused, match="no key to seal to"):
        seal(SECRETS, DEAL, bytes(32), EPHEMERAL)


def test_a_secret_is_drawn_once_and_is_gone_when_it_is_forgotten() -> None:
    node = FakeNode(DEAL.who, None, MemoryStore())
    forget_secret(node, DEAL)  # nothing to forget
    secret = secret_for(node, DEAL)
    assert secret_for(node, DEAL) == secret
    forget_secret(node, DEAL)
    assert secret not in node.local.values()
    with pytest.raises(BlobRefused):
        unseal(seal(SECRETS, DEAL, public_key(secret), EPHEMERAL), DEAL, secret_for(node, DEAL))
