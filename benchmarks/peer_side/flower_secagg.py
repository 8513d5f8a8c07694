"""Flower's side of secure aggregation: rounds of its SecAgg+ in its own simulation, all clients sharing with all.

The simulation runs in the main thread, where it wants to be, and waits before each round until one is asked for.
"""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import logging
import os
import threading
import time
from queue import Queue
from typing import Any

os.environ["FLWR_TELEMETRY_ENABLED"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import numpy as np
from flwr.client import ClientApp, NumPyClient
from flwr.client.mod import secaggplus_mod
from flwr.common import ndarrays_to_parameters
from flwr.server import LegacyContext, ServerApp, ServerConfig
from flwr.server.strategy import FedAvg
from flwr.server.workflow import DefaultWorkflow, SecAggPlusWorkflow
from flwr.simulation import run_simulation

from benchmarks.peer_side.serve import Answer, serve

ROUNDS_LIMIT = 10_000
CLIP, QUANTISATION = 8.0, 2**22
"""Flower's defaults."""


def update_of(client: int, parameters: int) -> Any:
    """The same update of a client each time, within the clip."""
    return np.random.default_rng(client).uniform(-4, 4, parameters)


class Session:
    """A simulation that waits for its rounds, between a thread that answers and the main thread that runs it."""

    def __init__(self) -> None:
        self.asked: Queue[dict[str, int] | None] = Queue()
        self.taken: Queue[float] = Queue()
        self.size = {"clients": 0, "parameters": 0}
        self.is_right = True

    def prepare(self, clients: int, parameters: int) -> Answer:
        """Start the simulation; a first round warms it up."""
        self.size = {"clients": clients, "parameters": parameters}
        self.asked.put(self.size)
        self.asked.put(self.size)
        return {"warm_up_s": self.taken.get(), "is_right": self.is_right}

    def round(self) -> Answer:
        """Wall seconds of one round, and whether its mean is right to the quantisation."""
        self.asked.put(self.size)
        return {"seconds": self.taken.get(), "is_right": self.is_right}

    def run(self) -> None:
        """The main thread: a simulation of the size that `prepare` says, until nothing more is asked."""
        if self.asked.get() is None:
            return
        run_simulation(
            server_app=self._server(),
            client_app=self._client(),
            num_supernodes=self.size["clients"],
            backend_config={"client_resources": {"num_cpus": 1}},
        )

    def _client(self) -> Any:
        parameters = self.size["parameters"]

        class Client(NumPyClient):  # type: ignore[misc]  # the peer has no types here
            def __init__(self, number: int) -> None:
                self.number = number

            def fit(self, _parameters: Any, _config: Any) -> Any:
                return [update_of(self.number, parameters)], 1, {}

        def client_fn(context: Any) -> Any:
            return Client(int(context.node_config["partition-id"])).to_client()

        return ClientApp(client_fn=client_fn, mods=[secaggplus_mod])

    def _server(self) -> Any:
        clients, parameters = self.size["clients"], self.size["parameters"]
        expected = np.mean([update_of(client, parameters) for client in range(clients)], axis=0)
        protocol = SecAggPlusWorkflow(
            num_shares=1.0,
            reconstruction_threshold=2 * clients // 3 + 1,
            max_weight=1.0,  # its default of 1,000 leaves weights of 1 ten bits less
            clipping_range=CLIP,
            quantization_range=QUANTISATION,
        )

        def timed(grid: Any, context: Any) -> None:
            if self.asked.get() is None:
                raise EndOfRoundsError
            begun = time.perf_counter()
            protocol(grid, context)
            seconds = time.perf_counter() - begun
            (mean,) = _mean(context)
            self.is_right = bool(np.abs(mean - expected).max() <= 2 * CLIP / QUANTISATION)
            self.taken.put(seconds)

        def main(grid: Any, context: Any) -> None:
            strategy = FedAvg(
                min_fit_clients=clients,
                min_available_clients=clients,
                fraction_evaluate=0.0,
                initial_parameters=ndarrays_to_parameters([np.zeros(parameters)]),
            )
            legacy = LegacyContext(context=context, config=ServerConfig(num_rounds=ROUNDS_LIMIT), strategy=strategy)
            try:
                DefaultWorkflow(fit_workflow=timed)(grid, legacy)
            except EndOfRoundsError:
                return

        app = ServerApp()
        app.main()(main)
        return app


class EndOfRoundsError(Exception):
    """Nothing more is asked."""


def _mean(context: Any) -> Any:
    """The weights after the round, as the workflow keeps them."""
    from flwr.server.workflow.constant import MAIN_PARAMS_RECORD

    return [array.numpy() for array in context.state.array_records[MAIN_PARAMS_RECORD].values()]


def answer(session: Session) -> None:
    """The other thread: requests until there are none, then the end of the simulation."""
    serve({"prepare": session.prepare, "round": session.round})
    session.asked.put(None)


if __name__ == "__main__":
    logging.getLogger("flwr").setLevel(logging.ERROR)
    session = Session()
    threading.Thread(target=answer, args=(session,), daemon=True).start()
    session.run()
