"""What is stated names the artifacts that come with it, in their order."""

from __future__ import annotations

import pytest

from pallets.federated_round.stated import stated_aggregate, stated_artifact
from pallets.ml_registry import artifact_of
from tests.pallets.federated_round.mock import CLIENTS


def test_an_artifact_comes_with_its_bytes() -> None:
    artifact, attachments = stated_artifact(b"an update")
    assert artifact == artifact_of(b"an update")
    assert attachments == (b"an update",)


@pytest.mark.parametrize("state", [None, b"a state"])
def test_an_aggregate_names_what_comes_with_it(state: bytes | None) -> None:
    aggregate, attachments = stated_aggregate(b"a model", state, (CLIENTS[0],), (3,))
    assert (aggregate.invalid, aggregate.unsummed) == ((CLIENTS[0],), (3,))
    named = [each for each in (aggregate.model, aggregate.state) if each is not None]
    assert [artifact_of(each) for each in attachments] == named
    assert len(named) == (1 if state is None else 2)
