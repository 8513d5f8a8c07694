"""A client tells one roster, one list of dealers and one list of survivors, whatever it is shown afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chain.content.memory import MemoryStore
from chain.primitives import Hash
from pallets.federated_round import Outcome, Phase, Reason
from pallets.federated_round.secrecy.memory import HiddenMemory
from pallets.federated_round.secrecy.types import Group
from pallets.learning.secure_aggregation.refusals import EquivocatingServer
from tests.pallets.federated_round.fake_node import FakeNode
from tests.pallets.federated_round.mock import CLIENTS
from tests.pallets.federated_round.secrecy.hidden_play import FULL, Hidden, terms_of

SEED, FORK = Hash(b"\x01" * 32), Hash(b"\x02" * 32)
ONE, OTHER = b"1" * 32, b"2" * 32
TELL: list[tuple[Callable[[HiddenMemory, bytes], None], str]] = [
    (HiddenMemory.tell_roster, "^this client has dealt shares for another roster$"),
    (HiddenMemory.tell_dealers, "^this client has masked its update with other dealers$"),
    (HiddenMemory.tell_survivors, "^this client has opened shares for other survivors$"),
]


def node() -> FakeNode:
    return FakeNode(CLIENTS[0], None, MemoryStore())


def test_a_secret_is_drawn_once_a_round_of_a_fork() -> None:
    lent = node()
    memory = HiddenMemory(lent, 1, 2, SEED)
    assert memory.secret() is None
    first = memory.secret_or_new()
    assert memory.secret_or_new() == memory.secret() == first
    assert HiddenMemory(lent, 1, 2, FORK).secret() is None
    assert HiddenMemory(lent, 1, 3, SEED).secret() is None
    memory.tell_roster(ONE)
    memory.forget()
    assert lent.local == {}


@pytest.mark.parametrize(("tell", "refusal"), TELL, ids=["roster", "dealers", "survivors"])
def test_each_list_is_told_once(tell: Callable[[HiddenMemory, bytes], None], refusal: str) -> None:
    memory = HiddenMemory(node(), 1, 2, SEED)
    tell(memory, ONE)
    tell(memory, ONE)
    with pytest.raises(EquivocatingServer, match=refusal):
        tell(memory, OTHER)
    for another, _ in TELL:
        if another is not tell:
            another(memory, OTHER)


def test_what_was_told_and_is_damaged_stops_everything() -> None:
    lent = node()
    memory = HiddenMemory(lent, 1, 2, SEED)
    memory.tell_roster(ONE)
    [(key, value)] = lent.local.items()
    lent.local[key] = value[:-1]
    with pytest.raises(EquivocatingServer, match="damaged"):
        memory.tell_survivors(ONE)


# A worker whose chain goes back, and comes to other lists


def with_groups(played: Hidden, change: Callable[[Group], Group]) -> None:
    played.rounds.groups.insert(played.key, tuple(change(group) for group in played.groups))


def pool_of(played: Hidden) -> list[object]:
    """What the first client would send now."""
    worker = played.nodes[played.clients[0]]
    worker.pool.clear()
    for key in [key for key in worker.local if b"submitted" in key]:
        del worker.local[key]
    played.run_workers()
    return list(worker.pool)


def test_a_worker_deals_for_no_second_roster() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.until(Phase.DEAL_SHARES)
    assert len(pool_of(played)) == 1
    honest = played.groups
    with_groups(played, lambda group: replace(group, members=group.members[:3], threshold=2, roster=Hash(ONE)))
    assert pool_of(played) == []
    played.rounds.groups.insert(played.key, honest)
    assert len(pool_of(played)) == 1


def test_a_worker_deals_for_no_roster_but_the_one_whose_digest_the_block_fixed() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.until(Phase.ANNOUNCE_KEYS)
    played.block()
    for who in played.clients[:2]:
        played.nodes[who].pool.clear()
    played.until(Phase.DEAL_SHARES)
    with_groups(played, lambda group: replace(group, roster=Hash(ONE)))
    for worker in played.nodes.values():
        worker.local = {key: value for key, value in worker.local.items() if b"submitted" not in key}
        for key in [key for key in worker.local if key.startswith(b"federated_round/hidden")]:
            del worker.local[key]
    assert pool_of(played) == []


def test_a_worker_masks_no_second_update() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.until(Phase.COMMIT_UPDATES)
    assert len(pool_of(played)) == 1
    worker, honest = played.nodes[played.clients[0]], played.groups
    with_groups(played, lambda group: replace(group, dealers=group.dealers[:3]))
    assert pool_of(played) == []  # nor the first one, whose masks are not those of these dealers
    played.rounds.groups.insert(played.key, honest)
    assert len(pool_of(played)) == 1
    for key in [key for key in worker.local if b"secret" in key and not key.startswith(b"secret/")]:
        del worker.local[key]  # the masked update is lost, and the block that fixed the dealers is another
    with_groups(played, lambda group: replace(group, dealers=group.dealers[:3]))
    assert pool_of(played) == []


def test_a_worker_opens_shares_for_no_second_list_of_survivors() -> None:
    played = Hidden(terms_of(FULL, 5, 3), 5)
    played.until(Phase.OPEN_SHARES)
    [first] = pool_of(played)
    with_groups(played, lambda group: replace(group, survivors=group.survivors[:4]))
    assert pool_of(played) == []
    with_groups(played, lambda group: replace(group, survivors=(0, 1, 2, 3, 4)))
    assert pool_of(played) == [first]


def test_a_node_that_lost_its_secrets_is_absent_and_stops_nobody() -> None:
    played = Hidden(terms_of(FULL, 5, 3), 5)
    played.until(Phase.CHECK_SHARES)
    careless = played.nodes[played.clients[0]]
    careless.pool.clear()
    careless.local.clear()
    assert played.finish() is Outcome.PUBLISHED
    assert played.settled()[careless.account].reason is Reason.ABSENT
