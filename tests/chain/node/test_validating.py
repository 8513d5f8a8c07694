"""One runtime validates until the best block is another, or its state."""

from __future__ import annotations

from chain.node.validating import Validating
from chain.state.overlay import Overlay
from tests.chain.node.fake_runtime import FakeRuntime, FakeRuntimes
from tests.chain.rpc.served_chain import ServedChain


def test_a_runtime_serves_until_its_block_is_another_or_forgotten() -> None:
    chain = ServedChain()
    runtimes, made = FakeRuntimes(), list[Overlay]()

    def make(storage: Overlay) -> FakeRuntime:
        made.append(storage)
        return runtimes(storage)

    validating = Validating(chain.node.chain, make)
    first = validating.at(chain.node.best.hash)
    assert validating.at(chain.node.best.hash) is first
    validating.forget()
    assert validating.at(chain.node.best.hash) is not first
    block = chain.block()
    validating.at(block.hash)
    assert len(made) == 3
    assert validating.number == chain.node.best.number
