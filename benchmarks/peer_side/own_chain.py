"""eth-tester's side of a test author's own chain: fresh chains of ten accounts, and empty blocks on one."""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import time

from eth_tester import EthereumTester, PyEVMBackend

from benchmarks.peer_side.serve import Answer, serve

ACCOUNTS = 10
"""What eth-tester makes by default."""


class Session:
    """A chain that grows, and how many blocks and chains a round makes."""

    def prepare(self, chains: int, blocks: int) -> Answer:
        """Make the chain that grows; a block beforehand, so that its caches are warm."""
        self.chains, self.blocks = chains, blocks
        self.chain = EthereumTester(PyEVMBackend())
        self.chain.mine_block()
        return {"accounts": len(self.chain.get_accounts())}

    def fresh(self) -> Answer:
        """CPU seconds for a fresh chain; each has its funded accounts, which is not timed."""
        begun = time.process_time()
        made = [EthereumTester(PyEVMBackend()) for _ in range(self.chains)]
        seconds = time.process_time() - begun
        for chain in made:
            accounts = chain.get_accounts()
            if len(accounts) != ACCOUNTS or not all(map(chain.get_balance, accounts)):
                raise RuntimeError("eth-tester's accounts are not funded")
        return {"seconds": seconds / self.chains}

    def block(self) -> Answer:
        """CPU seconds for an empty block; that the blocks stand on each other is not timed."""
        chain = self.chain
        before = chain.get_block_by_number("latest")
        begun = time.process_time()
        for _ in range(self.blocks):
            chain.mine_block()
        seconds = time.process_time() - begun
        for number in range(before["number"] + 1, before["number"] + self.blocks + 1):
            block = chain.get_block_by_number(number)
            if block["parent_hash"] != before["hash"] or block["transactions"]:
                raise RuntimeError(f"eth-tester's block {number} is not an empty one on top of the one before")
            before = block
        return {"seconds": seconds / self.blocks}


if __name__ == "__main__":
    session = Session()
    serve({"prepare": session.prepare, "fresh": session.fresh, "block": session.block})
