"""Workers: when they run, what they are lent, what is measured, and that their faults stay theirs."""

import logging
from collections.abc import Callable
from time import sleep

import pytest

from chain.block import Header
from chain.content.memory import MemoryStore
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.pool import PoolLimits
from chain.node.service import Node
from chain.offchain.cpu_meter import SHORT
from chain.offchain.executor import Executor, Inline
from chain.offchain.hook import WorkerHook
from chain.offchain.host_call import Answers, HostCall, Plain
from chain.offchain.participant import Participant, seeded_randomness, system_randomness
from chain.offchain.settings import WorkerSettings
from chain.offchain.threads import Threads
from chain.offchain.worker_run import WorkerTotals
from chain.primitives import Hash
from chain.runtime_api import Capability, CapabilityDenied, OffchainNode, SubmissionRefused
from tests.chain.node.fake_runtime import GENESIS, UNWANTED, FakeCall, FakeRuntime, FakeRuntimes, encode, sign_call

ALICE, BOB, CHARLIE = (KeyPair.from_uri(uri, Scheme.ED25519) for uri in ("//Alice", "//Bob", "//Charlie"))
Worker = Callable[[FakeRuntime, Header, OffchainNode], object]


def node_with(
    worker: Worker,
    *participants: Participant,
    pool_limits: PoolLimits | None = None,
    workers: WorkerSettings | None = None,
) -> Node[FakeRuntime]:
    return Node(
        FakeRuntimes(worker),
        GENESIS,
        participants=participants,
        sign_call=sign_call,
        pool_limits=pool_limits,
        workers=workers,
    )


def test_workers_run_in_order_on_each_new_best_block_and_see_its_state() -> None:
    seen: list[tuple[bytes, int, int]] = []

    def worker(runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        seen.append((lent.account, header.number, runtime.value(1)))

    node = node_with(worker, Participant(BOB), Participant(ALICE))
    node.submit(encode(b"x", 0, key=1, value=7))
    node.seal()
    node.seal()
    assert seen == [(BOB.account, 1, 7), (ALICE.account, 1, 7), (BOB.account, 2, 7), (ALICE.account, 2, 7)]


def test_workers_do_not_run_for_side_blocks_and_run_once_after_a_reorganisation() -> None:
    seen: list[Hash] = []
    node = node_with(lambda _runtime, header, _lent: seen.append(header.hash), Participant(ALICE))
    first = node.seal()
    node.submit(encode(b"x", 0, key=1))
    side = node.seal(parent=node.chain.genesis.hash)
    assert seen == [first.hash]
    longer = node.seal(parent=side.hash)
    assert seen == [first.hash, longer.hash]


def test_a_block_that_is_told_of_twice_has_one_run() -> None:
    seen: list[int] = []
    node = node_with(lambda _runtime, header, _lent: seen.append(header.number), Participant(ALICE))
    node.seal()
    node.workers.run(node.best)
    node.set_best(node.best.hash)
    assert seen == [1]
    node.set_best(node.chain.genesis.hash)
    node.set_best(node.chain.genesis.hash)
    assert seen == [1, 0]


def test_an_operator_for_whom_there_is_nothing_to_do_has_no_run() -> None:
    seen: list[tuple[bytes, int]] = []
    asked: list[object] = []

    def has_work(data: object) -> bool:
        asked.append(data)
        return data == "busy"

    runtimes = FakeRuntimes(
        lambda _runtime, header, lent: seen.append((lent.account, header.number)),
        has_work=has_work,
        hooks=(WorkerHook("Fake", is_selective=True),),
    )
    idle = "idle"
    people = (Participant(ALICE, idle), Participant(BOB, "busy"), Participant(CHARLIE, idle))
    node = Node(runtimes, GENESIS, participants=people, sign_call=sign_call)
    node.seal()
    node.seal()
    assert seen == [(BOB.account, 1), (BOB.account, 2)]
    assert asked == ["idle", "busy"] * 2
    assert [node.workers.totals[each.account].runs for each in people] == [0, 2, 0]


def test_what_cannot_say_whether_it_has_work_has_a_run_and_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    def has_work(_data: object) -> bool:
        raise ZeroDivisionError

    runtimes = FakeRuntimes(has_work=has_work, hooks=(WorkerHook("Fake", is_selective=True),))
    node = Node(runtimes, GENESIS, participants=(Participant(ALICE),), sign_call=sign_call)
    with caplog.at_level(logging.ERROR):
        node.seal()
    assert [run.failure for run in node.workers.runs] == [None]
    assert "Fake cannot say whether its worker has anything to do on block 1" in caplog.text


def test_a_run_that_has_a_block_sealed_at_once_sees_its_own_state_to_the_end() -> None:
    seen: list[tuple[bytes, int, int, int]] = []

    def worker(runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        before = runtime.value(1)
        if header.number == 1 and lent.account == ALICE.account:
            node.submit(encode(b"x", 0, key=1, value=7))
            node.seal()
        runtime.state.put(b"\x02", b"\x01")
        seen.append((lent.account, header.number, before, runtime.value(1)))

    node = node_with(worker, Participant(ALICE), Participant(BOB))
    node.seal()
    assert seen == [(BOB.account, 2, 7, 7), (ALICE.account, 1, 0, 0), (BOB.account, 1, 0, 0)]


LOOKS: dict[str, Callable[[OffchainNode], object]] = {
    "at nothing": lambda _lent: None,
    "whose it is": lambda lent: lent.account,
    "at the data": lambda lent: lent.data,
    "at the storage": lambda lent: lent.local_get(b"k"),
    "at nothing, and fails": lambda _lent: 1 // 0,
}


@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize("executor", [Inline, lambda: Threads(1)], ids=("inline", "threads"))
def test_a_run_that_did_not_look_at_its_node_is_everybodys(looks: str, executor: Callable[[], Executor]) -> None:
    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        LOOKS[looks](lent)

    node = node_with(worker, Participant(ALICE), Participant(BOB), workers=WorkerSettings(executor=executor))
    for _ in range(2):
        node.seal()
        assert node.workers.wait_idle()
    node.workers.close()
    is_one_enough = looks == "at nothing" and executor is Inline
    ran = [totals.runs for totals in node.workers.totals.values()]
    assert ran == ([2, 0] if is_one_enough else [2, 2])


def test_a_worker_looks_only_where_the_state_says_so_block_by_block() -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number == 2:
            lent.local_set(b"ran", b"yes")

    alice, bob = Participant(ALICE), Participant(BOB)
    node = node_with(worker, alice, bob)
    for _ in range(3):
        node.seal()
    assert [each.storage.get(b"ran") for each in (alice, bob)] == [b"yes", b"yes"]
    assert [run.number for run in node.workers.runs] == [1, 2, 2, 3]


def test_what_a_worker_writes_to_the_state_is_thrown_away() -> None:
    def worker(runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        assert lent.account
        assert runtime.value(9) == 0
        runtime.state.put(b"\x09", b"\x01")

    node = node_with(worker, Participant(ALICE), Participant(BOB))
    root = node.best.state.root
    node.run_until(lambda: node.best.number == 2, at_most=2)
    assert node.best.state.root == root
    assert [run.failure for run in node.workers.runs] == [None] * 4


def test_several_calls_of_one_worker_get_consecutive_nonces_over_pending_ones() -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number <= 2:
            for key in (1, 2):
                lent.submit_signed(FakeCall(key, header.number))

    node = node_with(worker, Participant(ALICE))
    node.submit(encode(ALICE.account, 0, key=5))
    assert node.seal().extrinsics == (encode(ALICE.account, 0, key=5),)
    assert node.seal().extrinsics == (encode(ALICE.account, 1, 1, 1), encode(ALICE.account, 2, 2, 1))
    assert node.seal().extrinsics == (encode(ALICE.account, 3, 1, 2), encode(ALICE.account, 4, 2, 2))


def test_a_refused_submission_raises_in_the_worker_with_its_cause() -> None:
    caught: list[SubmissionRefused] = []

    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        try:
            lent.submit_signed(FakeCall(UNWANTED, 1))
        except SubmissionRefused as error:
            caught.append(error)
        lent.submit_signed(FakeCall(1, 1))

    node = node_with(worker, Participant(ALICE))
    node.seal()
    (run,) = node.workers.runs
    assert str(caught[0]) == "Invalid Transaction: Call: Transaction call is not expected"
    assert (run.refused, len(run.accepted), run.failure) == (1, 1, None)


def test_a_full_pool_refuses_a_worker() -> None:
    node = node_with(
        lambda _runtime, _header, lent: lent.submit_signed(FakeCall(1, 1)),
        Participant(ALICE),
        pool_limits=PoolLimits(ready=0),
    )
    node.seal()
    assert node.workers.runs[0].failure == "SubmissionRefused: Immediately Dropped"


def test_a_failing_worker_is_logged_with_its_traceback_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        if lent.account == ALICE.account:
            raise ZeroDivisionError("no samples")
        lent.submit_signed(FakeCall(1, 1))

    node = node_with(worker, Participant(ALICE), Participant(BOB))
    with caplog.at_level(logging.ERROR):
        node.seal()
    assert [run.failure for run in node.workers.runs] == ["ZeroDivisionError: no samples", None]
    assert len(node.pool) == 1
    assert node.workers.totals[ALICE.account].failures == 1
    (record,) = caplog.records
    first, second, *_, last = record.getMessage().splitlines()
    assert first == f"offchain worker Fake of 0x{ALICE.account.hex()} failed on block 1: ZeroDivisionError: no samples"
    assert (second, last) == ("Traceback (most recent call last):", "ZeroDivisionError: no samples")


def test_content_goes_through_the_nodes_store_and_is_counted() -> None:
    cids: list[str] = []

    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        if lent.account == ALICE.account:
            cids.append(lent.content_put(b"weights"))
        else:
            assert lent.content_get(cids[-1]) + lent.content_get(cids[-1]) == b"weightsweights"

    store = MemoryStore()
    node = Node(
        FakeRuntimes(worker),
        GENESIS,
        participants=(Participant(ALICE), Participant(BOB)),
        sign_call=sign_call,
        content=store,
    )
    node.run_until(lambda: node.best.number == 2, at_most=2)
    assert [(run.content_put, run.content_got) for run in node.workers.runs] == [(7, 0), (0, 14), (7, 0), (0, 14)]
    assert store.get(cids[0]) == b"weights"
    total = node.workers.totals[BOB.account]
    assert (total.runs, total.content_got, total.failures) == (2, 28, 0)


def test_local_storage_is_the_participants_own_and_outlives_a_run() -> None:
    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        old = lent.local_get(b"runs")
        assert lent.local_compare_and_set(b"runs", old, (old or b"") + b"x")
        assert not lent.local_compare_and_set(b"runs", old, b"lost update")
        lent.local_set(b"who", lent.account)
        lent.local_set(b"gone", b"")
        lent.local_clear(b"gone")

    alice, bob = Participant(ALICE), Participant(BOB)
    node = node_with(worker, alice, bob)
    node.run_until(lambda: node.best.number == 3, at_most=3)
    assert alice.storage.snapshot() == {b"runs": b"xxx", b"who": ALICE.account}
    assert bob.storage.snapshot() == {b"runs": b"xxx", b"who": BOB.account}


USES: dict[Capability, Callable[[OffchainNode], object]] = {
    Capability.RANDOMNESS: lambda lent: lent.random_seed(),
    Capability.STORAGE_READ: lambda lent: lent.local_get(b"k"),
    Capability.STORAGE_WRITE: lambda lent: lent.local_set(b"k", b"v"),
    Capability.CONTENT_READ: lambda lent: lent.content_get("b"),
    Capability.CONTENT_WRITE: lambda lent: lent.content_put(b"v"),
    Capability.SUBMIT: lambda lent: lent.submit_signed(FakeCall(1, 1)),
    Capability.TIME: lambda lent: lent.timestamp(),
    Capability.HTTP: lambda lent: lent.http_start("GET", "http://example.org"),
    Capability.KEYSTORE: lambda lent: lent.public_keys(b"test", Scheme.SR25519),
    Capability.REQUEST_BLOCK: lambda lent: lent.request_block(),
}


@pytest.mark.parametrize("missing", list(Capability))
def test_what_is_not_lent_is_denied_and_named(missing: Capability) -> None:
    denied: list[str] = []

    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        for capability, use in USES.items():
            if capability in (missing, Capability.STORAGE_WRITE, Capability.SUBMIT):
                try:
                    use(lent)
                except CapabilityDenied as error:
                    denied.append(str(error))

    node = node_with(worker, Participant(ALICE, capabilities=Capability.ALL & ~missing))
    node.seal()
    assert denied == [f"this node lends its worker no {missing.name}"]


def test_every_capability_is_tried_above() -> None:
    assert list(USES) == list(Capability)


def test_compare_and_set_needs_reading_and_writing() -> None:
    for capability in (Capability.STORAGE_READ, Capability.STORAGE_WRITE):
        node = node_with(
            lambda _runtime, _header, lent: void(lent.local_compare_and_set(b"k", None, b"v")),
            Participant(ALICE, capabilities=capability),
        )
        node.seal()
        assert node.workers.runs[0].failure is not None


def test_seeded_randomness_repeats_between_runs_and_not_between_calls() -> None:
    first, again = seeded_randomness(b"seed"), seeded_randomness(b"seed")
    drawn = [first() for _ in range(3)]
    assert drawn == [again() for _ in range(3)]
    assert len({*drawn, seeded_randomness(b"other")(), system_randomness(), system_randomness()}) == 6
    assert {len(seed) for seed in drawn} == {32}


def test_the_host_measures_with_the_clock_that_it_is_given() -> None:
    ticks = iter([1.0, 3.5])
    settings = WorkerSettings(executor=lambda: Inline(cpu_clock=lambda: next(ticks)))
    worker = FakeRuntimes(lambda _runtime, _header, _lent: sleep(2 * SHORT))
    node = Node(worker, GENESIS, participants=(Participant(ALICE),), sign_call=sign_call, workers=settings)
    node.seal()
    assert node.workers.runs[0].cpu_seconds == 2.5
    assert node.workers.runs[0].wall_seconds > 0


def test_totals_add_up_what_the_runs_say() -> None:
    node = node_with(lambda _runtime, _header, lent: lent.submit_signed(FakeCall(1, 1)), Participant(ALICE))
    node.run_until(lambda: node.best.number == 3, at_most=3)
    summed = WorkerTotals()
    for run in node.workers.runs:
        summed.add(run)
    assert node.workers.totals == {ALICE.account: summed}
    assert (summed.runs, summed.accepted) == (3, 3)


def test_participants_do_not_share_an_account_and_do_not_show_their_data() -> None:
    with pytest.raises(ValueError, match="two participants have the same account"):
        node_with(lambda _runtime, _header, _lent: None, Participant(ALICE), Participant(ALICE))
    assert "secret" not in repr(Participant(ALICE, data="secret"))


def test_a_node_that_cannot_sign_lends_no_submission() -> None:
    with pytest.raises(ValueError, match="sign_call"):
        Node(FakeRuntimes(), GENESIS, participants=(Participant(ALICE),))
    Node(FakeRuntimes(), GENESIS, participants=(Participant(ALICE, capabilities=Capability.RANDOMNESS),)).seal()


def test_a_whole_run_repeats_byte_for_byte() -> None:
    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        lent.submit_signed(FakeCall(lent.random_seed()[0] % 200, 1))

    def run() -> Hash:
        seeds = [Participant(key, randomness=seeded_randomness(key.account)) for key in (ALICE, BOB)]
        node = node_with(worker, *seeds)
        node.run_until(lambda: node.best.number == 4, at_most=4)
        return node.best.hash

    assert run() == run()


def void(_value: object) -> None:
    """For a lambda that must give nothing back."""


def test_after_a_reorganisation_five_deep_workers_run_on_the_new_best_block_and_what_they_sent_waits_again() -> None:
    ran = list[tuple[int, Hash]]()

    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        ran.append((header.number, header.hash))
        lent.local_set(b"runs", bytes((len(ran),)))
        if header.number < 5 and len(ran) < 5:
            lent.submit_signed(FakeCall(header.number, 1))

    node, rival = node_with(worker, Participant(ALICE)), Node(FakeRuntimes(), GENESIS)
    ours = [node.seal() for _ in range(5)]
    assert [len(block.extrinsics) for block in ours] == [0, 1, 1, 1, 1]
    rival.submit(encode(b"x", 0, key=9))
    theirs = [rival.seal() for _ in range(6)]
    for block in theirs:
        node.import_block(block)
    assert ran == [(number, block.hash) for number, block in enumerate((*ours, theirs[5]), start=1)]
    assert node.workers.participants[0].storage.get(b"runs") == b"\x06"  # no fork takes it back
    assert [entry.extrinsic for entry in node.pool.ready()] == [block.extrinsics[0] for block in ours[1:]]
    assert len(node.seal().extrinsics) == 4


class Noting:
    """A layer that tells by which name it was passed."""

    def __init__(self, name: str, noted: list[str], below: Answers) -> None:
        self._name, self._noted, self._below = name, noted, below

    def answer(self, call: HostCall) -> Plain:
        self._noted.append(f"{self._name} {call.name}")
        return self._below.answer(call)


def test_layers_come_and_go_in_any_order() -> None:
    def worker(runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
        runtime.value(1)
        node.timestamp()

    noted = list[str]()
    node = node_with(worker, Participant(ALICE))
    end_first = node.workers.add_layer(lambda _run, below: Noting("first", noted, below))
    end_second = node.workers.add_layer(lambda _run, below: Noting("second", noted, below), asks_for_state=True)
    node.seal()
    assert noted == ["second state_get", "first state_get", "second timestamp", "first timestamp"]
    noted.clear()
    end_first()
    node.seal()
    assert noted == ["second state_get", "second timestamp"]
    noted.clear()
    end_second()
    node.seal()
    assert noted == []
    assert not node.workers.asks_for_state
