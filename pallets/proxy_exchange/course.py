"""How an exchange goes on: JOIN → (PUSH → ACKNOWLEDGE) of each round → ENDED.

Nothing happens at the beginning of a block: whoever acts finds the exchange where its deadlines have brought it, so a
chain pays nothing for exchanges in which nobody acts, and nobody can hold one up. A phase is over at its deadline, or
as soon as everybody has acted; where nobody comes it lasts until somebody does, and the next begins then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, BlockNumber, Hash
from pallets.proxy_exchange.events import Ended, Left, PhaseBegan
from pallets.proxy_exchange.storage import ExchangeStorage
from pallets.proxy_exchange.types import DRAW_BLOCKS, PATIENCE, Exchange, ExchangeId, Outcome, Phase


def advanced(exchanges: ExchangeStorage, number: ExchangeId, now: BlockNumber) -> Exchange:
    """The exchange, taken on as far as it is due; raises UnknownExchange."""
    found = exchanges.exchange(number)
    while is_due(found, now):
        after = _next(exchanges, number, found, now)
        if after is found:
            break
        exchanges.exchanges.insert(number, after)
        found = after
    return found


def is_due(exchange: Exchange, now: BlockNumber) -> bool:
    """Whether the phase is over."""
    if exchange.phase is Phase.ENDED:
        return False
    return now >= exchange.deadline or (exchange.phase is not Phase.JOIN and exchange.acted >= exchange.expected)


def _next(exchanges: ExchangeStorage, number: ExchangeId, found: Exchange, now: BlockNumber) -> Exchange:
    match found.phase:
        case Phase.JOIN:
            return _draw(exchanges, number, found, now)
        case Phase.PUSH:
            return _after_pushes(exchanges, number, found, now)
    return _begin_round(exchanges, number, replace(found, number=found.number + 1), now)


def _draw(exchanges: ExchangeStorage, number: ExchangeId, found: Exchange, now: BlockNumber) -> Exchange:
    """The seed of the ring is the hash of the first block in which nobody can join it: no root was chosen for it."""
    if found.members < found.plan.minimum_members:
        return _end(exchanges, number, found, Outcome.TOO_FEW_MEMBERS)
    beacon = exchanges.config.beacon.after(found.deadline)
    if beacon is None:
        late = now >= found.deadline + DRAW_BLOCKS
        return _end(exchanges, number, found, Outcome.NO_SEED) if late else found
    roots = b"".join(who + member.data.root for who, member in exchanges.members_of(number).items())
    seed = Hash(blake2_256(b"palletlab/exchange" + number.to_bytes(4, "little") + beacon + roots))
    return _begin_round(exchanges, number, replace(found, seed=seed), now)


def _after_pushes(exchanges: ExchangeStorage, number: ExchangeId, found: Exchange, now: BlockNumber) -> Exchange:
    """Whoever was silent too often leaves; whoever showed a proxy hears one, where two at least did."""
    pushed = exchanges.pushed_in(number, found.number)
    members = found.members
    for who in exchanges.rings.get((number, found.number)) or ():
        member = exchanges.members.get((number, who))
        if member is None:
            continue
        silent = 0 if who in pushed else member.silent + 1
        if silent >= PATIENCE:
            exchanges.members.remove((number, who))
            exchanges.deposit_event(Left(number, who, True))
            members -= 1
        elif silent != member.silent:
            exchanges.members.insert((number, who), replace(member, silent=silent))
    left = replace(found, members=members)
    if len(pushed) < 2:
        return _begin_round(exchanges, number, replace(left, number=found.number + 1), now)
    return _begin(exchanges, number, left, Phase.ACKNOWLEDGE, now + found.plan.acknowledge, len(pushed))


def _begin_round(exchanges: ExchangeStorage, number: ExchangeId, found: Exchange, now: BlockNumber) -> Exchange:
    if found.number >= found.plan.rounds:
        return _end(exchanges, number, found, Outcome.COMPLETE)
    if found.members < found.plan.minimum_members or found.seed is None:
        return _end(exchanges, number, found, Outcome.TOO_FEW_MEMBERS)
    ring = ring_of(found.seed, exchanges.members_of(number))
    exchanges.rings.insert((number, found.number), ring)
    return _begin(exchanges, number, found, Phase.PUSH, now + found.plan.push, len(ring))


def ring_of(seed: Hash, members: Iterable[AccountId]) -> tuple[AccountId, ...]:
    """The members in the order of blake2_256(seed ‖ account): whoever comes later has a place of its own."""
    return tuple(sorted(members, key=lambda who: blake2_256(seed + who)))


def _begin(
    exchanges: ExchangeStorage, number: ExchangeId, found: Exchange, phase: Phase, deadline: BlockNumber, expected: int
) -> Exchange:
    exchanges.deposit_event(PhaseBegan(number, found.number, phase, deadline))
    return replace(found, phase=phase, deadline=deadline, acted=0, expected=expected)


def _end(exchanges: ExchangeStorage, number: ExchangeId, found: Exchange, outcome: Outcome) -> Exchange:
    exchanges.deposit_event(Ended(number, outcome))
    return replace(found, phase=Phase.ENDED, outcome=outcome)
