"""Liars in a hidden round: each is left behind or blamed, and where they are few the sum of the others is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from chain.primitives import AccountId
from pallets.federated_round import Outcome, Phase, Reason, Role, Stage
from pallets.federated_round.basis import basis_of
from pallets.federated_round.memory import Memory
from pallets.federated_round.secrecy.choice import Full
from pallets.frame.call import RuntimeCall
from pallets.learning.secure_aggregation.message_codec import (
    decode_dealing,
    decode_masked,
    decode_revealed,
    encode_dealing,
    encode_masked,
    encode_revealed,
)
from pallets.ml_registry import Artifact, artifact_of
from tests.pallets.federated_round.secrecy.hidden_play import EXACT, FULL, Hidden, terms_of

CLIENTS, FEWEST = 6, 4
WARY = Full(replace(EXACT, colluding=1))
"""One client of the sum may lie: four of six shares open a secret."""

Twist = Callable[[bytes], bytes]


def played_to(phase: Phase, secrecy: Full = WARY) -> Hidden:
    played = Hidden(terms_of(secrecy, CLIENTS, FEWEST), CLIENTS)
    played.until(phase)
    return played


def twisted(played: Hidden, who: AccountId, twist: Twist) -> None:
    """The artifact that a client is about to name is another one, made of the honest one."""
    [call] = played.nodes[who].pool
    [(name, honest)] = [(name, value) for name, value in call.named_arguments.items() if isinstance(value, Artifact)]
    data = twist(played.content.get(honest.cid.decode()))
    played.content.put(data)
    played.nodes[who].pool[:] = [replaced(call, **{name: artifact_of(data)})]


def replaced(call: RuntimeCall, **changed: object) -> RuntimeCall:
    """The call with other arguments."""
    arguments = {**call.named_arguments, **changed}
    return replace(call, arguments=tuple(arguments.values()))


def reasons(played: Hidden) -> dict[AccountId, Reason]:
    return {who: each.reason for who, each in played.settled().items()}


def honest_but(played: Hidden, liar: AccountId, reason: Reason) -> dict[AccountId, Reason]:
    return {who: reason if who == liar else Reason.SHARED for who in played.clients}


def with_wrong_shares(holders: range) -> Twist:
    """Other sealed shares for some holders than the dealer committed to."""

    def twist(data: bytes) -> bytes:
        dealing = decode_dealing(data)
        sealed = [bytes(80) if one and holder in holders else one for holder, one in enumerate(dealing.sealed)]
        return encode_dealing(replace(dealing, sealed=tuple(sealed)))

    return twist


def test_who_deals_wrong_shares_to_many_is_no_dealer_and_the_others_go_on() -> None:
    played = played_to(Phase.DEAL_SHARES)
    liar = played.clients[2]
    twisted(played, liar, with_wrong_shares(range(CLIENTS)))
    assert played.finish() is Outcome.PUBLISHED
    [group] = played.groups
    assert liar not in group.accounts(group.dealers)
    assert reasons(played) == honest_but(played, liar, Reason.ABSENT)
    assert played.settled()[liar].slashed == 1_000


def test_bytes_that_are_no_dealing_are_missed_by_all() -> None:
    played = played_to(Phase.DEAL_SHARES)
    liar = played.clients[2]
    twisted(played, liar, lambda _data: b"no dealing")
    assert played.finish() is Outcome.PUBLISHED
    assert reasons(played) == honest_but(played, liar, Reason.ABSENT)


def test_shares_dealt_in_the_name_of_another_are_missed_by_all() -> None:
    played = played_to(Phase.DEAL_SHARES)
    liar = played.clients[2]
    other = played.nodes[played.clients[3]].pool[0]
    stolen = next(value for value in other.named_arguments.values() if isinstance(value, Artifact))
    twisted(played, liar, lambda _data: played.content.get(stolen.cid.decode()))
    assert played.finish() is Outcome.PUBLISHED
    assert reasons(played) == honest_but(played, liar, Reason.ABSENT)


def test_who_deals_wrong_shares_to_one_stops_nothing() -> None:
    played = played_to(Phase.DEAL_SHARES)
    liar = played.clients[2]
    [group] = played.groups
    victim = group.members.index(played.clients[4])
    twisted(played, liar, with_wrong_shares(range(victim, victim + 1)))
    assert played.finish() is Outcome.PUBLISHED
    assert set(reasons(played).values()) == {Reason.SHARED}


def test_who_says_that_everybody_is_missing_strikes_nobody() -> None:
    played = played_to(Phase.CHECK_SHARES)
    liar = played.clients[0]
    [report] = played.nodes[liar].pool
    played.nodes[liar].pool[:] = [replaced(report, missing=0b111110)]
    assert played.finish() is Outcome.PUBLISHED
    [group] = played.groups
    assert group.dealers == tuple(range(CLIENTS))


def test_a_client_that_is_cut_off_strikes_nobody_where_nobody_may_lie() -> None:
    played = played_to(Phase.CHECK_SHARES, FULL)
    cut_off = played.clients[0]
    [report] = played.nodes[cut_off].pool
    played.nodes[cut_off].pool[:] = [replaced(report, missing=0b111110)]
    assert played.finish() is Outcome.PUBLISHED
    assert set(reasons(played).values()) == {Reason.SHARED}


def test_shares_that_a_majority_misses_are_none_where_nobody_may_lie() -> None:
    played = played_to(Phase.DEAL_SHARES, FULL)
    liar = played.clients[2]
    twisted(played, liar, with_wrong_shares(range(CLIENTS)))
    assert played.finish() is Outcome.PUBLISHED
    assert reasons(played) == honest_but(played, liar, Reason.ABSENT)


def test_a_masked_update_of_another_shape_is_no_survivors() -> None:
    played = played_to(Phase.COMMIT_UPDATES)
    liar = played.clients[1]

    def shortened(data: bytes) -> bytes:
        return encode_masked(decode_masked(data)[:-1])

    hide_another(played, liar, shortened)
    assert played.finish() is Outcome.PUBLISHED
    [group] = played.groups
    assert liar not in group.accounts(group.survivors)
    assert reasons(played) == honest_but(played, liar, Reason.INVALID)
    assert played.settled()[liar].slashed == 5_000


def hide_another(played: Hidden, who: AccountId, twist: Twist) -> None:
    """A client seals and reveals something else than what its worker made."""
    node = played.nodes[who]
    memory = Memory(node, *played.key, played.round.seed, partial(basis_of, played.rounds, *played.key))
    secret = memory.recall(Stage.UPDATE)
    assert secret is not None
    data = twist(secret.attachments[0])
    kept = memory.keep(Stage.UPDATE, artifact_of(data), (data,))
    [commit] = node.pool
    node.pool[:] = [replaced(commit, seal=memory.seal(Stage.UPDATE, kept))]


def test_an_update_that_counts_for_more_than_it_enrolled_with_spoils_the_sum_unseen() -> None:
    """Who it was stays hidden, so nobody is blamed, and nobody earns."""
    played = played_to(Phase.COMMIT_UPDATES)

    def heavier(data: bytes) -> bytes:
        residues = decode_masked(data).copy()
        residues[-1] += np.uint64(1)
        return encode_masked(residues)

    hide_another(played, played.clients[1], heavier)
    pool = played.rounds.task(0).pool
    assert played.finish() is Outcome.TOO_FEW_SURVIVORS
    agreed = played.rounds.agreed_aggregate.get(played.key)
    assert agreed is not None
    assert (agreed.model, agreed.invalid, agreed.unsummed) == (None, (), (0,))
    assert set(reasons(played).values()) == {Reason.NOT_NEEDED}
    paid = sum(each.paid for each in played.settled(Role.AGGREGATOR).values())
    assert played.rounds.task(0).pool == pool - paid


def test_an_update_beyond_the_clip_spoils_the_sum_unseen() -> None:
    played = played_to(Phase.COMMIT_UPDATES)

    def longer(data: bytes) -> bytes:
        residues = decode_masked(data).copy()
        residues[0] += np.uint64(2**62)
        return encode_masked(residues)

    hide_another(played, played.clients[1], longer)
    assert played.finish() is Outcome.TOO_FEW_SURVIVORS


def test_a_wrong_share_is_set_aside_and_its_holder_is_at_fault() -> None:
    played = played_to(Phase.OPEN_SHARES)
    liar = played.clients[3]

    def wrong(data: bytes) -> bytes:
        opened = decode_revealed(data)
        return encode_revealed(replace(opened, seeds={**opened.seeds, 0: opened.seeds[0] ^ 1}))

    twisted(played, liar, wrong)
    assert played.finish() is Outcome.PUBLISHED
    assert reasons(played) == honest_but(played, liar, Reason.INVALID)
    assert played.settled()[liar].slashed == 5_000


def test_opened_shares_of_both_kinds_or_of_nobody_are_a_fault() -> None:
    played = played_to(Phase.COMMIT_UPDATES)
    played.stop(played.clients[0])
    played.until(Phase.OPEN_SHARES)
    liar, other, _, last, *_ = played.clients[1:]
    [group] = played.groups
    dropped = group.members.index(played.clients[0])

    def both(data: bytes) -> bytes:
        opened = decode_revealed(data)
        return encode_revealed(replace(opened, seeds={**opened.seeds, dropped: opened.keys[dropped]}))

    twisted(played, liar, both)
    assert played.finish() is Outcome.PUBLISHED
    found = reasons(played)
    assert (found[liar], found[other], found[last]) == (Reason.INVALID, Reason.SHARED, Reason.SHARED)


def test_who_withholds_shares_that_it_has_is_at_fault_and_the_sum_is_found() -> None:
    played = played_to(Phase.OPEN_SHARES)
    liar = played.clients[3]

    def fewer(data: bytes) -> bytes:
        return encode_revealed(replace(decode_revealed(data), seeds={}))

    twisted(played, liar, fewer)
    assert played.finish() is Outcome.PUBLISHED
    assert reasons(played) == honest_but(played, liar, Reason.INVALID)


def test_who_deals_shares_of_another_secret_loses_the_sum_and_its_stake() -> None:
    """Consistent shares, committed to and all: found only when they are put together."""
    played = played_to(Phase.DEAL_SHARES)
    liar = played.clients[2]

    def another_secret(data: bytes) -> bytes:
        dealing = decode_dealing(data)
        return encode_dealing(replace(dealing, seed=bytes(32)))

    twisted(played, liar, another_secret)
    assert played.finish() is Outcome.TOO_FEW_SURVIVORS
    agreed = played.rounds.agreed_aggregate.get(played.key)
    assert agreed is not None
    assert (agreed.model, agreed.invalid, agreed.unsummed) == (None, (liar,), (0,))
    found = reasons(played)
    assert found.pop(liar) is Reason.INVALID
    assert set(found.values()) == {Reason.NOT_NEEDED}


def test_a_lost_masked_update_leaves_the_sum_of_the_others() -> None:
    played = played_to(Phase.CHECK_UPDATES)
    gone = played.clients[5]
    played.nodes[gone].pool.clear()
    for node in played.nodes.values():
        node.pool.clear()
    update = played.rounds.updates.get((*played.key, gone))
    assert update is not None
    played.content.delete(update.cid.decode())
    for node in played.nodes.values():  # what they were about to say of it is said anew
        for key in [key for key in node.local if b"submitted" in key]:
            del node.local[key]
    played.run_workers()
    assert played.finish() is Outcome.PUBLISHED
    assert reasons(played) == honest_but(played, gone, Reason.INVALID)


def test_a_lone_aggregator_does_not_strike_a_survivor() -> None:
    played = played_to(Phase.CHECK_UPDATES)
    [liar, *_] = played.rounds.holders(*played.key, Role.AGGREGATOR)
    [report] = played.nodes[liar].pool
    played.nodes[liar].pool[:] = [replaced(report, missing=0b111111)]
    assert played.finish() is Outcome.PUBLISHED
    assert set(reasons(played).values()) == {Reason.SHARED}
