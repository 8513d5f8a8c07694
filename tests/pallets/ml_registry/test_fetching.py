from __future__ import annotations

from dataclasses import replace

import pytest

from chain.content.memory import MemoryStore
from chain.primitives import AccountId
from pallets.ml_registry.artifact import artifact_of
from pallets.ml_registry.fetching import WORTH_A_THREAD, fetch_several
from tests.pallets.federated_round.fake_node import FakeNode


@pytest.mark.parametrize("size", [10, WORTH_A_THREAD // 4])
def test_all_that_is_there_and_right_comes_and_nothing_else(size: int) -> None:
    store = MemoryStore()
    data = {name: bytes([name]) * min(size, 250_000) for name in range(6)}
    for each in data.values():
        store.put(each)
    artifacts = {name: artifact_of(each) for name, each in data.items()}
    artifacts[3] = replace(artifacts[3], root=artifacts[2].root)
    artifacts[4] = replace(artifacts[4], cid=b"no cid")
    artifacts[5] = artifact_of(b"not there" * size)
    node = FakeNode(AccountId(bytes(32)), None, store)
    assert fetch_several(node, artifacts) == {name: data[name] for name in range(3)}
