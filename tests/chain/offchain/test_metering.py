"""What is measured of runs is what the operating system says, and what became of their transactions is counted once."""

from __future__ import annotations

import hashlib
import os
import resource
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chain.block import Header
from chain.node.service import Node
from chain.offchain.executor import Executor, Inline
from chain.offchain.metering import LOST_AFTER, Meter, PalletCost, Verdict
from chain.offchain.outbound import Outbound
from chain.offchain.participant import Participant
from chain.offchain.process_usage import resident_memory
from chain.offchain.processes import Processes
from chain.offchain.run import WorkerLimits
from chain.offchain.settings import WorkerSettings
from chain.offchain.threads import Threads
from chain.offchain.worker_run import CallCost, WorkerRun
from chain.primitives import AccountId, Hash
from chain.runtime_api import OffchainNode, SubmissionRefused
from tests.chain.node.fake_runtime import GENESIS, UNWANTED, FakeCall, FakeRuntime, FakeRuntimes, encode, sign_call
from tests.chain.offchain.recorded import ALICE, Worker

EXECUTORS: dict[str, Callable[[], Executor]] = {
    "inline": Inline,
    "threads": lambda: Threads(1),
    "processes": lambda: Processes(1),
}
MIB = 2**20


def metered(
    worker: Worker, executor: Callable[[], Executor] = Inline, limits: WorkerLimits | None = None
) -> tuple[Node[FakeRuntime], Participant, Meter]:
    participant, limits = Participant(ALICE), limits or WorkerLimits()
    settings = WorkerSettings(
        executor=executor, limits=limits, outbound=Outbound(hosts=("127.0.0.1",), is_private_allowed=True)
    )
    node = Node(FakeRuntimes(worker), GENESIS, participants=[participant], sign_call=sign_call, workers=settings)
    meter = Meter()
    meter.follow(node)
    return node, participant, meter


def cost_of(meter: Meter) -> PalletCost:
    (cost,) = meter.pallets.values()
    return cost


def used(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def burns(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Takes 0.4 seconds of processor time by the system's account of threads, and sleeps for as long."""
    started, data = used(resource.RUSAGE_THREAD), b"x" * 65_536
    while used(resource.RUSAGE_THREAD) - started < 0.4:
        hashlib.sha256(data).digest()
    time.sleep(0.4)
    taken = used(resource.RUSAGE_THREAD) - started
    node.local_set(header.number.to_bytes(1), str(taken).encode())


@pytest.mark.parametrize("where", EXECUTORS)
def test_processor_time_is_the_systems_within_a_twentieth(where: str) -> None:
    node, participant, meter = metered(burns, EXECUTORS[where])
    node.seal()
    assert node.workers.wait_idle()
    by_system = float(participant.storage.get(b"\x01") or b"0")
    cost = cost_of(meter)
    assert cost.cpu_seconds == pytest.approx(by_system, rel=0.05)
    assert cost.wall_seconds >= cost.cpu_seconds + 0.35
    node.workers.close()


def burns_for_ever(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Takes 0.8 seconds of processor time and ends its process on block 1, goes on for ever on block 2."""
    started, held = used(resource.RUSAGE_SELF), bytearray(b"\x01") * (48 * MIB)
    while used(resource.RUSAGE_SELF) - started < 0.8:
        hashlib.sha256(held[:65_536]).digest()
    node.local_set(header.number.to_bytes(1), str(used(resource.RUSAGE_SELF) - started).encode())
    if header.number == 1:
        os._exit(1)
    time.sleep(60)


def test_runs_that_are_ended_from_outside_are_measured_as_well() -> None:
    node, participant, _ = metered(burns_for_ever, lambda: Processes(1), WorkerLimits())
    for number in (1, 2):
        node.seal()
        while number == 2 and participant.storage.get(b"\x02") is None:
            node.workers.mailbox.empty(wait=0.05)
        if number == 2:
            node.workers.stop("the test ends it")
        assert node.workers.wait_idle(300.0)
        run = node.workers.runs[-1]
        assert run.failure is not None
        by_system = float(participant.storage.get(bytes((number,))) or b"0")
        assert run.cpu_seconds == pytest.approx(by_system, rel=0.05)
    assert run.peak_memory is not None
    assert run.peak_memory > 48 * MIB
    node.workers.close()


def allocates(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Takes much memory on block 2, after which it is given back."""
    held = bytearray(b"\x01") * (96 * MIB if header.number == 2 else 1)
    with open("/proc/self/statm") as file:  # what is there now: ru_maxrss begins with what the parent had
        resident = int(file.read().split()[1]) * resource.getpagesize()
    node.local_set(header.number.to_bytes(1), resident.to_bytes(8, "little") + held[:1])


def test_peak_memory_of_a_process_is_the_systems_within_a_twentieth_and_each_runs_own() -> None:
    node, participant, meter = metered(allocates, lambda: Processes(1))
    peaks = list[int]()
    for _ in range(3):
        node.seal()
        assert node.workers.wait_idle()
        peak = node.workers.runs[-1].peak_memory
        assert peak is not None
        peaks.append(peak)
    by_system = int.from_bytes((participant.storage.get(b"\x02") or b"")[:8], "little")  # while it held them
    assert peaks[1] == pytest.approx(by_system, rel=0.05)
    assert peaks[1] - peaks[0] == pytest.approx(96 * MIB, rel=0.05)
    assert peaks[2] - peaks[0] < 5 * MIB
    assert cost_of(meter).peak_memory == peaks[1]
    node.workers.close()


def test_memory_that_runs_share_is_nobodys() -> None:
    node, _, meter = metered(allocates, lambda: Threads(1))
    node.seal()
    assert node.workers.wait_idle()
    assert (cost_of(meter).peak_memory, cost_of(meter).traced_memory) == (None, None)
    node.workers.close()


def fills(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Has 48 MiB at most on block 2, which it gives back at once, and as much again."""
    before = resident_memory() or 0
    for _ in range(2 if header.number == 2 else 0):
        held = bytearray(b"\x01") * (48 * MIB)
        node.local_set(b"grown", ((resident_memory() or 0) - before).to_bytes(8, "little") + held[:1])
        del held


@pytest.mark.parametrize(
    "executor", [lambda: Threads(4, traces_memory=True), lambda: Inline(traces_memory=True)], ids=("threads", "inline")
)
def test_what_a_run_in_the_nodes_process_allocates_is_measured_where_that_is_asked_for(
    executor: Callable[[], Executor],
) -> None:
    node, participant, meter = metered(fills, executor)
    traced = list[int]()
    for _ in range(3):
        node.seal()
        assert node.workers.wait_idle()
        found = node.workers.runs[-1].traced_memory
        assert found is not None
        traced.append(found)
    node.workers.close()
    assert traced[1] == pytest.approx(48 * MIB, rel=0.05)
    assert traced[1] == pytest.approx(
        int.from_bytes((participant.storage.get(b"grown") or b"")[:8], "little"), rel=0.05
    )
    assert max(traced[0], traced[2]) < 2 * MIB
    assert (cost_of(meter).traced_memory, cost_of(meter).peak_memory) == (traced[1], None)


def test_bytes_are_counted_by_kind() -> None:
    answer = b"r" * 10_000

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002  (its name there)
            return

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    uri = f"http://127.0.0.1:{server.server_port}/"

    def worker(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
        request = node.http_start("POST", uri)
        node.http_write_body(request, b"q" * 5_000)
        node.http_write_body(request, b"")
        assert node.http_wait([request]) == [200]
        while node.http_read_body(request, 4_096):
            continue
        node.local_set(b"key", b"v" * 100)
        assert node.local_get(b"key")
        node.content_get(node.content_put(b"a" * 1_000))

    node, _, meter = metered(worker)
    node.seal()
    server.shutdown()
    server.server_close()
    assert node.workers.runs[0].failure is None
    cost = cost_of(meter)
    http, storage, content = (cost.bytes_of(kind) for kind in ("http", "storage", "content"))
    assert http.bytes_out == pytest.approx(5_000, rel=0.05)
    assert http.bytes_in == pytest.approx(10_000, rel=0.05)
    assert (storage.bytes_out, storage.bytes_in) == (8 + 3 + 100 + 8 + 3, 100)
    assert (content.bytes_out - 1_000, content.bytes_in - 1_000) == (59, 59)  # a CID as text
    assert (http.count, storage.count, content.count) == (8, 2, 2)


def submits(_runtime: FakeRuntime, header: Header, node: OffchainNode) -> None:
    """Nothing on block 1, one that is refused on 2, two on 3, a write on 4."""
    if header.number == 2:
        try:
            node.submit_signed(FakeCall(UNWANTED, 1))
        except SubmissionRefused:
            return
    if header.number == 3:
        node.submit_signed(FakeCall(1, 1))
        node.submit_unsigned(FakeCall(1, 1))
    if header.number == 4:
        node.local_set(b"k", b"v")


def test_a_run_is_wasted_unless_something_came_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def submit(self: Node[FakeRuntime], extrinsic: bytes, _source: object) -> Hash:
        return self.pool.submit(encode(b"y", 0, 3) if extrinsic[0] == 4 else extrinsic)

    monkeypatch.setattr(Node, "submit", submit)  # the fake runtime knows no unsigned transactions
    node, _, meter = metered(submits)
    for _ in range(3):
        node.seal()
    cost = cost_of(meter)
    assert dict(cost.verdicts) == {Verdict.IDLE: 1, Verdict.REFUSED: 1, Verdict.PENDING: 1}
    node.seal()
    cost.verdicts += type(cost.verdicts)()  # without those of zero runs
    assert dict(cost.verdicts) == {Verdict.IDLE: 1, Verdict.REFUSED: 1, Verdict.USEFUL: 2}
    assert (cost.runs, cost.wasted, cost.failures) == (4, 2, 0)
    assert dict(cost.included) == {"submit_signed": 1, "submit_unsigned": 1}
    assert (dict(cost.latencies), cost.latency) == ({1: 2}, 1)
    assert (cost.calls["submit_signed"].count, cost.calls["submit_signed"].failed) == (2, 1)


def run_with(number: int, *transactions: Hash) -> WorkerRun:
    found = WorkerRun(AccountId(bytes(32)), Hash(bytes(32)), number, "Fake")
    found.accepted, found.accepted_by = list(transactions), ["submit_signed"] * len(transactions)
    found.calls = {"submit_signed": CallCost(len(transactions))}
    return found


ONE, TWO = Hash(b"\x01" * 32), Hash(b"\x02" * 32)


def test_what_came_into_a_block_before_its_run_ended_counts() -> None:
    meter = Meter()
    meter.settle(ONE, 5)
    meter.add(run_with(3, ONE))
    assert dict(cost_of(meter).latencies) == {2: 1}
    assert cost_of(meter).verdicts[Verdict.USEFUL] == 1


def test_a_run_is_lost_when_the_last_of_its_transactions_is() -> None:
    meter = Meter()
    meter.add(run_with(3, ONE, TWO))
    meter.settle(ONE, None)
    assert (cost_of(meter).wasted, cost_of(meter).verdicts[Verdict.PENDING]) == (0, 1)
    meter.give_up(3 + LOST_AFTER)
    assert cost_of(meter).wasted == 0
    meter.give_up(4 + LOST_AFTER)
    assert (cost_of(meter).wasted, cost_of(meter).verdicts[Verdict.PENDING]) == (1, 0)
    assert cost_of(meter).lost["submit_signed"] == 2


def test_one_transaction_in_a_block_makes_a_run_useful() -> None:
    meter = Meter()
    meter.add(run_with(3, ONE, TWO))
    meter.settle(ONE, 9)
    meter.settle(TWO, None)
    assert (cost_of(meter).wasted, cost_of(meter).verdicts[Verdict.USEFUL], cost_of(meter).latency) == (0, 1, 6)
