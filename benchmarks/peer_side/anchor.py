"""titanoboa's side of snapshot and revert: `anchor()` around a change of two accounts."""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import time

import boa

from benchmarks.peer_side.serve import Answer, serve

FUNDS, AMOUNT = 10**18, 10**12


class Session:
    """An environment with accounts that are funded."""

    def prepare(self, accounts: int, repeats: int) -> Answer:
        """Fund the accounts; how often a round anchors."""
        self.repeats = repeats
        self.accounts = [boa.env.generate_address() for _ in range(accounts)]
        for who in self.accounts:
            boa.env.set_balance(who, FUNDS)
        return {"accounts": len(self.accounts)}

    def round(self) -> Answer:
        """CPU seconds to enter and to leave an anchor; what is done in between, and taken back, is not timed."""
        seconds = 0.0
        for _ in range(self.repeats):
            begun = time.process_time()
            anchor = boa.env.anchor()
            anchor.__enter__()
            seconds += time.process_time() - begun
            self._transfer()
            begun = time.process_time()
            anchor.__exit__(None, None, None)
            seconds += time.process_time() - begun
            if any(boa.env.get_balance(who) != FUNDS for who in self.accounts[:2]):
                raise RuntimeError("titanoboa's anchor has not taken the transfer back")
        return {"seconds": seconds / self.repeats}

    def _transfer(self) -> None:
        sender, receiver = self.accounts[:2]
        boa.env.set_balance(sender, FUNDS - AMOUNT)
        boa.env.set_balance(receiver, FUNDS + AMOUNT)
        if boa.env.get_balance(receiver) != FUNDS + AMOUNT:
            raise RuntimeError("titanoboa's transfer did not arrive")


if __name__ == "__main__":
    session = Session()
    serve({"prepare": session.prepare, "round": session.round})
