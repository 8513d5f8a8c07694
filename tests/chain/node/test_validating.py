"""One runtime validates until the best block is another, or its state."""

from __future__ import annotations

from chain.node.validating import Validating
from chain.runtime_api import TransactionSource
from chain.state.overlay import Overlay
from tests.chain.node.fake_runtime import FakeRuntime, FakeRuntimes, encode
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


def test_one_runtime_validates_until_the_best_block_is_another_or_forgotten_and_no_other_is_touched() -> None:
    chain = ServedChain()
    runtimes, made = FakeRuntimes(), list[Overlay]()

    def make(storage: Overlay) -> FakeRuntime:
        made.append(storage)
        return runtimes(storage)

    validating = Validating(chain.node.chain, make)

    def validate(nonce: int) -> None:
        validating.validate(TransactionSource.EXTERNAL, encode(b"x", nonce, key=1))

    shown = validating.at(chain.node.best.hash)
    for nonce in (0, 0):
        validate(nonce)
    assert len(made) == 2
    assert validating.at(chain.node.best.hash) is shown
    chain.block()
    validate(0)
    assert (len(made), made[2]) == (3, made[1])  # it begins anew
    validating.forget()
    validate(0)
    assert len(made) == 4
    assert made[3] is not made[1]
