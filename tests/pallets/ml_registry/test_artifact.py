"""Bytes from a store are believed only if they have the root and size that the chain has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.content.cid import CidError, cid_of
from chain.content.memory import MemoryStore
from chain.content.store import ContentMissing
from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from pallets.ml_registry import Artifact, ArtifactMismatch, artifact_of
from pallets.ml_registry.artifact import fetch, publish
from tests.pallets.federated_round.fake_node import FakeNode
from tests.pallets.federated_round.mock import CLIENTS

DATA = b"a model"


def node() -> FakeNode:
    return FakeNode(CLIENTS[0], None, MemoryStore())


def test_an_artifact_names_its_bytes_by_cid_root_and_size() -> None:
    assert artifact_of(DATA) == Artifact(cid_of(DATA).encode(), Hash(blake2_256(DATA)), 7)


def test_what_was_published_is_fetched() -> None:
    lent = node()
    artifact = publish(lent, DATA)
    assert artifact == artifact_of(DATA)
    assert fetch(lent, artifact) == DATA


def test_other_bytes_under_the_cid_are_refused() -> None:
    lent = node()
    artifact = publish(lent, DATA)
    for wrong in (replace(artifact, size=8), replace(artifact, root=Hash(bytes(32)))):
        with pytest.raises(ArtifactMismatch):
            fetch(lent, wrong)


def test_what_is_not_there_or_names_nothing_is_refused() -> None:
    with pytest.raises(ContentMissing):
        fetch(node(), artifact_of(DATA))
    with pytest.raises(CidError):
        fetch(node(), Artifact(b"\xff\xfe", Hash(bytes(32)), 1))
