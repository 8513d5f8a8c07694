"""The last phase of a round is found, also where it began in the block that it ended with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chain.block import Block
from chain.primitives import BlockNumber
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from node_cli.round_audit.recorded import OfStore, RecordedChain
from node_cli.round_audit.replaying import last_phase_in, span_of
from pallets.federated_round import Phase
from pallets.federated_round.events import PhaseBegan
from runtime.dev import DevRuntime
from tests.pallets.federated_round.dev_learners import Learners


@dataclass
class Altered:
    """A chain in which some blocks left another state."""

    chain: RecordedChain
    states: Mapping[BlockNumber, Trie]
    broken: str | None = None

    @property
    def head(self) -> BlockNumber:
        return self.chain.head

    def block(self, number: BlockNumber) -> Block:
        return self.chain.block(number)

    def state(self, number: BlockNumber) -> Trie:
        return self.states.get(number) or self.chain.state(number)


def test_the_last_phase_may_have_begun_in_the_last_block() -> None:
    played = Learners()
    played.play_all()
    chain = OfStore(played.node.chain)
    span = span_of(chain, 0, 0)
    assert last_phase_in(chain, span, 0, 0) is Phase.REVEAL_EVALUATIONS
    before = DevRuntime(Overlay(chain.state(span.last - 1)))
    course = before.federated_round.course(0, 0)
    before.federated_round.rounds.insert((0, 0), replace(course, phase=Phase.COMMIT_EVALUATIONS))
    after = DevRuntime(Overlay(chain.state(span.last)))
    after.federated_round.deposit_event(PhaseBegan(1, 0, Phase.DRAW, span.last + 3))  # of another task
    altered = {span.last - 1: before.storage.committed(), span.last: after.storage.committed()}
    assert last_phase_in(Altered(chain, altered), span, 0, 0) is Phase.COMMIT_EVALUATIONS
    after.federated_round.deposit_event(PhaseBegan(0, 0, Phase.REVEAL_EVALUATIONS, span.last + 3))
    altered[span.last] = after.storage.committed()
    assert last_phase_in(Altered(chain, altered), span, 0, 0) is Phase.REVEAL_EVALUATIONS
