"""py-evm's side of the genesis: a chain in memory that begins with many funded accounts."""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import time
from typing import Any

from eth.chains.base import MiningChain
from eth.constants import ZERO_ADDRESS
from eth.db.atomic import AtomicDB
from eth.vm.forks.cancun import CancunVM

from benchmarks.peer_side.endowed import account_ids
from benchmarks.peer_side.serve import Answer, serve

FUNDS = 10**18
PARAMETERS = {"coinbase": ZERO_ADDRESS, "difficulty": 0, "extra_data": b"", "gas_limit": 30_000_000, "timestamp": 1}


class Session:
    """The accounts; each round makes the same chain anew."""

    def prepare(self, accounts: int) -> Answer:
        """Make the accounts: the first 20 bytes of ours, which is how long Ethereum's are."""
        self.addresses = [who[:20] for who in account_ids(accounts)]
        self.state = {who: {"balance": FUNDS, "nonce": 0, "code": b"", "storage": {}} for who in self.addresses}
        self.chain = MiningChain.configure("Chain", vm_configuration=((0, CancunVM),))
        return {"state_root": self._made().get_canonical_head().state_root.hex()}

    def round(self) -> Answer:
        """CPU seconds an account, from the balances to the genesis header; reading them back is not timed."""
        begun = time.process_time()
        chain = self._made()
        seconds = time.process_time() - begun
        state = chain.get_vm().state
        if any(state.get_balance(who) != FUNDS for who in self.addresses[::100]):
            raise RuntimeError("py-evm's accounts have not got their funds")
        return {"seconds": seconds / len(self.addresses)}

    def _made(self) -> Any:
        return self.chain.from_genesis(AtomicDB(), PARAMETERS, self.state)


if __name__ == "__main__":
    session = Session()
    serve({"prepare": session.prepare, "round": session.round})
