"""Flower's side of federated rounds: its simulation, whose clients each add a number of their own to every weight.

The simulation runs in the main thread, where it wants to be, and waits before each round until one is asked for.
As a command with numbers of clients and parameters it plays one round and ends.
"""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from queue import Queue
from typing import Any

os.environ["FLWR_TELEMETRY_ENABLED"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import numpy as np
from flwr.client import ClientApp, NumPyClient
from flwr.common import ndarrays_to_parameters
from flwr.server import LegacyContext, ServerApp, ServerConfig
from flwr.server.strategy import FedAvg
from flwr.server.workflow import DefaultWorkflow
from flwr.server.workflow.constant import MAIN_PARAMS_RECORD
from flwr.server.workflow.default_workflows import default_fit_workflow
from flwr.simulation import run_simulation

from benchmarks.peer_side.serve import Answer, serve

ROUNDS_LIMIT = 10_000


class EndOfRoundsError(Exception):
    """Nothing more is asked."""


class Shifting(NumPyClient):  # type: ignore[misc]  # the peer has no types here
    """Adds the number of its client to every weight."""

    def __init__(self, number: int) -> None:
        self.step = np.float32((number + 1) / 1024)

    def fit(self, parameters: Any, _config: Any) -> Any:
        return [parameters[0] + self.step], 1, {}


class Session:
    """A simulation that waits for its rounds, between a thread that answers and the main thread that runs it."""

    def __init__(self) -> None:
        self.asked: Queue[dict[str, int] | None] = Queue()
        self.taken: Queue[tuple[float, float]] = Queue()

    def prepare(self, clients: int, parameters: int) -> Answer:
        """Start the simulation; a first round warms it up."""
        size = {"clients": clients, "parameters": parameters}
        self.asked.put(size)
        self.asked.put(size)
        return {"warm_up_s": self.taken.get()[0]}

    def round(self) -> Answer:
        """Wall seconds of one round, and how far the weights moved in it on average."""
        self.asked.put({})
        seconds, moved = self.taken.get()
        return {"seconds": seconds, "moved": moved}

    def run(self) -> None:
        """The main thread: a simulation of the size that `prepare` says, until nothing more is asked."""
        size = self.asked.get()
        if size is not None:
            simulate(size["clients"], size["parameters"], self._timed)

    def _timed(self, grid: Any, context: Any) -> None:
        if self.asked.get() is None:
            raise EndOfRoundsError
        before, begun = _weights(context), time.perf_counter()
        default_fit_workflow(grid, context)
        seconds = time.perf_counter() - begun
        self.taken.put((seconds, float((_weights(context) - before).astype(np.float64).mean())))


def simulate(clients: int, parameters: int, fit: Any) -> None:
    """Run rounds until one raises EndOfRoundsError."""
    strategy = FedAvg(
        min_fit_clients=clients,
        min_available_clients=clients,
        fraction_evaluate=0.0,
        initial_parameters=ndarrays_to_parameters([np.zeros(parameters, dtype=np.float32)]),
    )

    def main(grid: Any, context: Any) -> None:
        legacy = LegacyContext(context=context, config=ServerConfig(num_rounds=ROUNDS_LIMIT), strategy=strategy)
        try:
            DefaultWorkflow(fit_workflow=fit)(grid, legacy)
        except EndOfRoundsError:
            return

    server = ServerApp()
    server.main()(main)
    run_simulation(
        server_app=server,
        client_app=ClientApp(client_fn=lambda context: Shifting(int(context.node_config["partition-id"])).to_client()),
        num_supernodes=clients,
        backend_config={"client_resources": {"num_cpus": 1}},
    )


def _weights(context: Any) -> Any:
    """The weights as the workflow keeps them."""
    (array,) = context.state.array_records[MAIN_PARAMS_RECORD].values()
    return array.numpy()


def answer(session: Session) -> None:
    """The other thread: requests until there are none, then the end of the simulation."""
    serve({"prepare": session.prepare, "round": session.round})
    session.asked.put(None)


def once(clients: int, parameters: int) -> None:
    """One round in a process of its own; its time from start to end is the figure. Prints how far weights moved."""
    played: list[float] = []

    def fit(grid: Any, context: Any) -> None:
        if played:
            raise EndOfRoundsError
        before = _weights(context)
        default_fit_workflow(grid, context)
        played.append(float((_weights(context) - before).astype(np.float64).mean()))

    simulate(clients, parameters, fit)
    print(played[0])


if __name__ == "__main__":
    logging.getLogger("flwr").setLevel(logging.ERROR)
    if len(sys.argv) > 1:
        once(int(sys.argv[1]), int(sys.argv[2]))
    else:
        session = Session()
        threading.Thread(target=answer, args=(session,), daemon=True).start()
        session.run()
