"""Flower's side of averaging: the weighted mean that its strategies make of clients' arrays."""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import time

import numpy as np
from flwr.server.strategy.aggregate import aggregate

from benchmarks.peer_side.serve import Answer, serve


class Session:
    """Updates of 32-bit floats, the same as on the other side."""

    def prepare(self, clients: int, parameters: int, seed: int) -> Answer:
        """Draw the updates; the answer has the sum of the mean, for the comparison."""
        drawn = np.random.default_rng(seed).standard_normal((clients, parameters), dtype=np.float32)
        self.results = [([row], client + 1) for client, row in enumerate(drawn)]
        (mean,) = aggregate(self.results)
        return {"total": float(np.abs(mean).astype(np.float64).sum())}

    def round(self) -> Answer:
        """CPU seconds for one mean."""
        begun = time.process_time()
        aggregate(self.results)
        return {"seconds": time.process_time() - begun}


if __name__ == "__main__":
    session = Session()
    serve({"prepare": session.prepare, "round": session.round})
