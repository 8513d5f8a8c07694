"""The calls of hidden rounds: who may do what when, and no trace of what was refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import AccountId
from pallets.federated_round import Outcome, Phase, Reason, Role, Stage
from pallets.federated_round import errors as refused
from pallets.federated_round.events import GroupsFixed, KeysAnnounced, MissingReported, SharesDealt, SharesOpened
from pallets.federated_round.secrecy.choice import OPEN, Full
from pallets.federated_round.secrecy.types import PublicKeys
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, events_of
from pallets.learning.secure_aggregation.agreement import CHANNEL_PURPOSE, MASK_PURPOSE, agree, clamped, pair_of
from pallets.ml_registry import Artifact, artifact_of
from tests.pallets.federated_round.mock import KEEPERS, OWNER
from tests.pallets.federated_round.secrecy.hidden_play import EXACT, FULL, Hidden, terms_of

SOMETHING = artifact_of(b"something")
NOTHING = Artifact(b"", SOMETHING.root, 0)
A, B = b"a" * 32, b"b" * 32


@pytest.fixture
def played() -> Hidden:
    """Clients may announce keys; what their workers were about to do is forgotten."""
    made = Hidden(terms_of(FULL, 4, 3), 4)
    return at(made, Phase.ANNOUNCE_KEYS)


def at(played: Hidden, phase: Phase) -> Hidden:
    """In that phase, in which nobody has acted yet."""
    played.until(phase)
    for node in played.nodes.values():
        node.pool.clear()
    return played


def noop(played: Hidden, who: AccountId, call: RuntimeCall, error: type[DispatchError]) -> None:
    assert_noop(played.runtime, Signed(who), call, error)


def announce(played: Hidden, mask: bytes = A, channel: bytes = B, number: int = 0) -> RuntimeCall:
    return call_of(played.rounds.announce_keys, task=0, number=number, mask=mask, channel=channel)


def deal(played: Hidden, dealing: Artifact = SOMETHING) -> RuntimeCall:
    return call_of(played.rounds.deal_shares, task=0, number=played.key[1], dealing=dealing)


def report(played: Hidden, missing: int = 0) -> RuntimeCall:
    return call_of(played.rounds.report_missing, task=0, number=played.key[1], missing=missing)


def opening(played: Hidden, artifact: Artifact = SOMETHING) -> RuntimeCall:
    return call_of(played.rounds.open_shares, task=0, number=played.key[1], opening=artifact)


def test_drawn_clients_announce_once(played: Hidden) -> None:
    first, second, *_ = played.clients
    noop(played, KEEPERS[0], announce(played), refused.NotDrawn)
    noop(played, OWNER, announce(played), refused.NotDrawn)
    noop(played, first, announce(played, number=1), refused.WrongRound)
    played.runtime.dispatch(announce(played), Signed(first))
    assert played.rounds.public_keys.get((0, 0, first)) == PublicKeys(A, B)
    assert events_of(played.runtime, KeysAnnounced)[-1] == KeysAnnounced(0, 0, first)
    noop(played, first, announce(played, b"c" * 32, b"d" * 32), refused.AlreadyCommitted)
    noop(played, second, deal(played), refused.WrongPhase)
    noop(played, second, report(played), refused.WrongPhase)
    noop(played, second, opening(played), refused.WrongPhase)


def test_a_key_serves_one_client_for_one_purpose(played: Hidden) -> None:
    first, second, *_ = played.clients
    noop(played, first, announce(played, A, A), refused.KeyReplayed)
    played.runtime.dispatch(announce(played), Signed(first))
    for mask, channel in ((A, b"c" * 32), (b"c" * 32, A), (B, b"c" * 32), (b"c" * 32, B)):
        noop(played, second, announce(played, mask, channel), refused.KeyReplayed)


@pytest.mark.parametrize("weak", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"])
def test_a_weak_key_is_refused(played: Hidden, weak: bytes) -> None:
    noop(played, played.clients[0], announce(played, weak, B), refused.KeyWeak)
    noop(played, played.clients[0], announce(played, A, weak), refused.KeyWeak)


def test_an_announcement_of_an_earlier_round_is_for_no_other() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.finish()
    first = played.clients[0]
    earlier = played.rounds.public_keys.get((0, 0, first))
    assert earlier is not None
    played.start()
    at(played, Phase.ANNOUNCE_KEYS)
    noop(played, first, announce(played, earlier.mask, earlier.channel, number=0), refused.WrongRound)


def test_who_announces_an_old_key_of_another_can_seal_nothing_with_it_and_is_in_no_sum() -> None:
    played = Hidden(terms_of(FULL, 5, 3), 5)
    played.finish()
    first, thief, *_ = played.clients
    earlier = played.rounds.public_keys.get((0, 0, first))
    assert earlier is not None
    played.start()
    played.until(Phase.ANNOUNCE_KEYS)
    played.nodes[thief].pool[:] = [announce(played, earlier.mask, earlier.channel, number=1)]
    assert played.finish() is Outcome.PUBLISHED
    assert played.rounds.public_keys.get((0, 1, thief)) == earlier
    [group] = played.groups
    assert thief not in group.accounts(group.dealers)
    assert group.accounts(group.survivors) == tuple(who for who in played.clients if who != thief)
    assert played.settled()[thief].reason is Reason.ABSENT


def test_the_same_keys_give_other_masks_and_seals_in_another_round() -> None:
    one, other = pair_of(clamped(A)), pair_of(clamped(B))
    rosters = [b"one round".ljust(32), b"another".ljust(32)]
    for purpose in (MASK_PURPOSE, CHANNEL_PURPOSE):
        first, second = (agree(one, other.public, roster, purpose) for roster in rosters)
        assert first != second
        assert agree(other, one.public, rosters[0], purpose) == first


def test_whose_keys_are_copied_from_the_pool_announces_others() -> None:
    terms = terms_of(Full(replace(EXACT, blocks=3)), 5, 3)
    played = Hidden(replace(terms, schedule=replace(terms.schedule, train=3, aggregate=3)), 5)
    played.until(Phase.ANNOUNCE_KEYS)
    thief, *_, robbed = played.clients
    [copied] = played.nodes[robbed].pool
    played.nodes[thief].pool[:] = [copied]
    played.block()
    stolen = played.rounds.public_keys.get((0, 0, thief))
    assert [type(error) for _, error in played.failed] == [refused.KeyReplayed]
    assert played.finish() is Outcome.PUBLISHED
    own = played.rounds.public_keys.get((0, 0, robbed))
    assert own is not None
    assert stolen is not None
    assert {own.mask, own.channel}.isdisjoint({stolen.mask, stolen.channel})
    reasons = {who: each.reason for who, each in played.settled().items()}
    assert (reasons[thief], reasons[robbed]) == (Reason.ABSENT, Reason.SHARED)


def test_who_announced_deals_once(played: Hidden) -> None:
    late, *others = played.clients
    for number, who in enumerate(others):
        played.runtime.dispatch(announce(played, bytes([5 + number]) * 32, bytes([15 + number]) * 32), Signed(who))
    at(played, Phase.DEAL_SHARES)
    noop(played, late, deal(played), refused.NotInSum)
    noop(played, others[0], deal(played, NOTHING), refused.EmptyArtifact)
    noop(played, others[0], announce(played), refused.WrongPhase)
    played.runtime.dispatch(deal(played), Signed(others[0]))
    assert events_of(played.runtime, SharesDealt)[-1] == SharesDealt(0, 0, others[0], SOMETHING)
    noop(played, others[0], deal(played), refused.AlreadyCommitted)


def test_dealers_report_shares_and_aggregators_report_updates() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.until(Phase.DEAL_SHARES)
    lazy, first, *_ = played.clients
    played.nodes[lazy].pool.clear()
    at(played, Phase.CHECK_SHARES)
    [aggregator, *_] = played.rounds.holders(*played.key, Role.AGGREGATOR)
    noop(played, lazy, report(played), refused.NotInSum)
    noop(played, aggregator, report(played), refused.NotInSum)
    noop(played, first, report(played, 0b10000), refused.UnknownClient)
    played.runtime.dispatch(report(played, 0b0001), Signed(first))
    told = MissingReported(0, 0, Phase.CHECK_SHARES, first, 1)
    assert events_of(played.runtime, MissingReported)[-1] == told
    noop(played, first, report(played), refused.AlreadyCommitted)
    played.run_workers()
    at(played, Phase.CHECK_UPDATES)
    noop(played, first, report(played), refused.NotDrawn)
    noop(played, aggregator, report(played, 0b10000), refused.UnknownClient)
    played.runtime.dispatch(report(played), Signed(aggregator))


def test_only_dealers_seal_updates() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.until(Phase.DEAL_SHARES)
    lazy = played.clients[0]
    played.nodes[lazy].pool.clear()
    played.until(Phase.COMMIT_UPDATES)
    seal = call_of(played.rounds.commit, task=0, number=0, stage=Stage.UPDATE, seal=SOMETHING.root)
    noop(played, lazy, seal, refused.NotInSum)
    assert played.nodes[lazy].pool == []


def test_survivors_open_once_for_the_list_that_the_block_fixed() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.until(Phase.REVEAL_UPDATES)
    late, first, *_ = played.clients
    played.nodes[late].pool.clear()
    at(played, Phase.OPEN_SHARES)
    fixed = [each for each in events_of(played.runtime, GroupsFixed) if each.phase is Phase.CHECK_UPDATES]
    assert [group.survivors for group in fixed[-1].groups] == [(1, 2, 3)]
    assert fixed[-1].groups == played.groups
    noop(played, late, opening(played), refused.NotInSum)
    noop(played, first, opening(played, NOTHING), refused.EmptyArtifact)
    played.runtime.dispatch(opening(played), Signed(first))
    assert events_of(played.runtime, SharesOpened)[-1] == SharesOpened(0, 0, first, SOMETHING)
    noop(played, first, opening(played), refused.AlreadyCommitted)


def test_an_open_round_has_none_of_these_phases_and_no_record_of_them() -> None:
    played = Hidden(terms_of(OPEN, 4, 3), 4)
    phases = set[Phase]()
    played.finish(lambda: phases.add(played.round.phase))
    assert not phases & {phase for phase in Phase if phase > Phase.ENDED}
    items = (played.rounds.public_keys, played.rounds.dealings, played.rounds.missing, played.rounds.openings)
    assert [list(item.iter_keys()) for item in items] == [[]] * 4
    assert list(played.rounds.groups.iter_keys()) == []
    noop(played, played.clients[0], announce(played), refused.WrongRound)
