"""What a test author pays for a chain of his own: a fresh one of ten accounts, and an empty block; peer eth-tester.

Ours is the development chain as `runtime.devnet.dev_node` and the pytest plugin make it: a genesis record becomes a
state with its root, and a node with a runtime that is bound to it. Its empty blocks hold the time, as Substrate's do,
and are sealed as every block of a node. Both sides' caches are warm: it is not the first chain of the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, cpu_seconds, row_of
from benchmarks.peers import ETH_TESTER_CHAIN, PeerProcess
from benchmarks.run import alone
from chain.block import Block
from chain.crypto import development
from chain.crypto.keys import KeyPair
from chain.node.importer import execute
from chain.node.service import Node
from pallets import balances, sudo
from runtime.dev import UNIT, DevRuntime, runtime_factory
from runtime.devnet import dev_node

ACCOUNTS: Final = 10
FUNDS: Final = 1_000_000 * UNIT


def rows(run: Run) -> Iterator[Row]:
    """Time of a fresh chain and of an empty block, beside eth-tester's."""
    chains, blocks = (5, 10) if run.is_quick else (20, 100)
    keys = [development.pair(f"{name}//{number}") for name in ("Alice", "Bob") for number in range(ACCOUNTS // 2)]
    growing = fresh_chain(keys)
    growing.seal()

    def fresh() -> float:
        made: list[tuple[Node[DevRuntime], DevRuntime]] = []

        def make() -> None:
            for _ in range(chains):
                node = fresh_chain(keys)
                made.append((node, node.runtime_at()))

        seconds = cpu_seconds(make) / chains
        for node, runtime in made:
            check_fresh(node, runtime, keys)
        return seconds

    def block() -> float:
        sealed: list[Block] = []
        parent = growing.best.block
        seconds = cpu_seconds(lambda: sealed.extend(growing.seal() for _ in range(blocks))) / blocks
        check_empty(growing, parent, sealed)
        return seconds

    lines = (
        ("fresh", fresh, "fresh chain", f"{ACCOUNTS} accounts, genesis to bound runtime", 0.5),
        ("block", block, "empty block", "built and imported, with the inherent of the time", 0.3),
    )
    with PeerProcess(ETH_TESTER_CHAIN, run.say, chains=chains, blocks=blocks) as peer:
        for command, ours, name, work, bound in lines:
            run.say(name)

            def theirs(command: str = command) -> float:
                seconds = peer.seconds(command)
                if peer.prepared["accounts"] != ACCOUNTS:
                    raise WorkDiffers(f"eth-tester's chain has {peer.prepared['accounts']} accounts, not {ACCOUNTS}")
                return seconds

            yield row_of(
                compare(run.rounds, ours, theirs),
                1e3,
                name=name,
                work=work,
                unit="ms",
                peer=ETH_TESTER_CHAIN.title,
                goal=Goal("at most", bound),
            )


def fresh_chain(keys: list[KeyPair]) -> Node[DevRuntime]:
    """A chain whose accounts are those of the keys, the first of them sudo."""
    endowed = tuple((key.account, FUNDS) for key in keys)
    return dev_node({"Balances": balances.Genesis(balances=endowed), "Sudo": sudo.Genesis(key=keys[0].account)})


def check_fresh(node: Node[DevRuntime], runtime: DevRuntime, keys: list[KeyPair]) -> None:
    """Every account has its funds, all that is issued is theirs, and a block can follow."""
    if any(runtime.system.account.get(key.account).data.free != FUNDS for key in keys):
        raise WorkDiffers("an account of our fresh chain has not got its funds")
    if runtime.balances.total_issuance.get() != len(keys) * FUNDS:
        raise WorkDiffers("our fresh chain has issued something else than its accounts' funds")
    if node.seal().header.number != 1:
        raise WorkDiffers("the first block of our fresh chain is not block 1")


def check_empty(node: Node[DevRuntime], parent: Block, sealed: list[Block]) -> None:
    """The blocks stand on each other, hold the time alone, and give their own state root when executed again."""
    for block in sealed:
        if block.header.parent_hash != parent.header.hash or len(block.extrinsics) != 1:
            raise WorkDiffers(f"our block {block.header.number} is not an empty one on top of the one before")
        state = execute(runtime_factory(), node.chain[parent.header.hash].state, block)
        if state.root != block.header.state_root:
            raise WorkDiffers(f"our block {block.header.number} gives another state when it is executed again")
        parent = block
    if node.best.block != parent:
        raise WorkDiffers("our newest block is not the best one")


if __name__ == "__main__":
    raise SystemExit(alone("own_chain"))
