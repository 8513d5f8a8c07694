"""Anybody may do what there is to do, once; a task that fails leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterable

from chain.primitives import U32, AccountId
from pallets.frame.call import call_of
from pallets.frame.error import PalletError
from pallets.frame.origin import NO_ORIGIN, Signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageMap
from pallets.frame.tasks import task
from pallets.frame.testing import MockRuntime, assert_noop, assert_ok, events_of
from pallets.frame.weight import Weight
from pallets.tasks import Config, Event, FailedTask, InvalidTask, TaskCompleted, Tasks, TaskStarted

ALICE = Signed(AccountId(b"\1" * 32))


@config
class JobsConfig:
    """Nothing."""


class Error(PalletError):
    """Why a job fails."""


class Impossible(Error):
    """Nobody can do job 13."""


class Jobs(Pallet[JobsConfig]):
    """Has jobs to do."""

    open: StorageMap[U32, bool]

    def waiting(self) -> Iterable[tuple[U32]]:
        """All that are open."""
        return ((number,) for number in self.open.iter_keys())

    def is_open(self, number: U32) -> bool:
        """Whether it is open."""
        return self.open.contains_key(number)

    @task(0, items=waiting, condition=is_open, weight=Weight(77, 7))
    def do(self, number: U32) -> None:
        """Do one."""
        self.open.remove(number)
        if number == 13:
            raise Impossible


class Mock(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.jobs = Jobs(self, JobsConfig(), index=1)
        self.runner = Tasks(self, Config(runner=self.tasks), index=2)
        for number in (1, 13):
            self.jobs.open.insert(number, True)


def test_what_is_listed_can_be_done_and_then_no_more() -> None:
    runtime = Mock()
    job = next(each for each in runtime.tasks if each.arguments == (1,))
    made = call_of(runtime.runner.do_task, job)
    assert made.info().call_weight == Weight(77, 7)
    assert runtime.decode_call(made.encode()) == made
    assert_ok(runtime, ALICE, made)
    assert events_of(runtime, Event) == [TaskStarted(job), TaskCompleted(job)]
    assert [each.arguments for each in runtime.tasks] == [(13,)]
    assert_noop(runtime, ALICE, made, InvalidTask)


def test_what_was_never_there_is_refused() -> None:
    runtime = Mock()
    assert_noop(runtime, NO_ORIGIN, call_of(runtime.runner.do_task, runtime.tasks.of(runtime.jobs.do, 2)), InvalidTask)


def test_a_task_that_fails_stays_to_be_done() -> None:
    runtime = Mock()
    job = runtime.tasks.of(runtime.jobs.do, 13)
    assert_noop(runtime, ALICE, call_of(runtime.runner.do_task, job), FailedTask)
    assert runtime.tasks.is_valid(job)
