"""Tasks: the call by which anybody does what there is to do.

In polkadot-sdk this is `System.do_task` with its events and errors, behind the feature `experimental`. Here it stands
apart, so that System has the indices of runtimes without that feature.
"""

from __future__ import annotations

from typing import Protocol

from pallets.frame.call import call
from pallets.frame.error import DispatchError, PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet, config
from pallets.frame.tasks import RuntimeTask
from pallets.frame.weight import Weight


class TaskRunner(Protocol):
    """What knows and does tasks: `runtime.tasks`."""

    def is_valid(self, task: RuntimeTask) -> bool:
        """Whether there is such work to do."""
        ...

    def run(self, task: RuntimeTask) -> None:
        """Do it, all or nothing."""
        ...


@config
class Config:
    """What the runtime supplies."""

    runner: TaskRunner


class Event(PalletEvent):
    """How a task got on."""


class TaskStarted(Event):
    """A task was begun."""

    task: RuntimeTask


class TaskCompleted(Event):
    """A task is done."""

    task: RuntimeTask


class Error(PalletError):
    """Why a task was not done."""


class InvalidTask(Error):
    """There is no such work to do."""


class FailedTask(Error):
    """The task failed; its own error is the cause."""


def task_weight(task: RuntimeTask) -> Weight:
    """Of the task itself."""
    return task.weight


class Tasks(Pallet[Config]):
    @call(0, weight=task_weight)
    def do_task(self, origin: Origin, task: RuntimeTask) -> None:
        """Do what is there to be done, in whosever name."""
        ensure(self.config.runner.is_valid(task), InvalidTask)
        self.deposit_event(TaskStarted(task))
        try:
            self.config.runner.run(task)
        except DispatchError as error:
            raise FailedTask from error
        self.deposit_event(TaskCompleted(task))
