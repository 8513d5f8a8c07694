"""A task that accounts stand for, on the mock runtime."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, BlockNumber, Hash
from pallets.federated_round import DataCommitment, Outcome, Phase
from pallets.frame.call import RuntimeCall, call_of
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, TERMS, Play, RoundRuntime, new_runtime

UNHURRIED: Final = TERMS
"""With a phase to enrol in."""

AT_ONCE: Final = replace(TERMS, schedule=replace(TERMS.schedule, enrol=0))
"""Without."""


class SameBeacon:
    """Gives the same hash after every block, so that seeds depend on nothing but who takes part."""

    def __init__(self, runtime: RoundRuntime) -> None:
        self._runtime = runtime

    def after(self, block: BlockNumber) -> Hash | None:
        return Hash(b"\x07" * 32) if self._runtime.system.number.get() > block else None


def root_of(who: AccountId) -> Hash:
    """Of the rows that an account has in these tests."""
    return Hash(blake2_256(who))


def stand(
    play: Play, who: AccountId, samples: int = 100, *, duties: bool = False, root: Hash | None = None
) -> RuntimeCall:
    """The call by which an account stands; no samples: without data."""
    data = DataCommitment(root or root_of(who), samples) if samples else None
    return call_of(play.rounds.stand, task=play.task, data=data, duties=duties)


def everybody_stands(
    play: Play, clients: Iterable[AccountId] = CLIENTS, keepers: Iterable[AccountId] = KEEPERS
) -> None:
    """Clients with data, keepers for duties."""
    for who in clients:
        play.do(who, stand(play, who))
    for who in keepers:
        play.do(who, stand(play, who, 0, duties=True))


def standing_play(*, at_once: bool = True, same_beacon: bool = False) -> Play:
    """Everybody stands for a task, of which no round has begun."""
    runtime = new_runtime()
    if same_beacon:
        runtime.federated_round.config = replace(runtime.federated_round.config, beacon=SameBeacon(runtime))
    play = Play(runtime, AT_ONCE if at_once else UNHURRIED)
    everybody_stands(play)
    return play


def fail_round(play: Play) -> Outcome | None:
    """Let the round pass without anybody's doing anything; how it ends."""
    play.until(Phase.ENDED)
    return play.round.outcome
