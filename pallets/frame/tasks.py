"""Tasks: work that is there to be done, which anybody may do, and which the chain can list.

    def unsettled(self) -> Iterable[tuple[U32]]:
        return ((number,) for number in self.rounds.iter_keys())

    def is_unsettled(self, number: U32) -> bool:
        return self.rounds.contains_key(number)

    @task(0, items=unsettled, condition=is_unsettled, weight=db(reads=2, writes=2))
    def settle(self, number: U32) -> None:
        ...

`runtime.tasks` lists, checks and runs them; the call is in `pallets.tasks`. On chain a task is its pallet's index, its
place among the pallet's tasks (in order of definition, which is wire format) and its arguments.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, Protocol, cast

from chain.primitives import U32
from chain.record import record
from chain.scale import Codec, DecodeError, Scope, codec_of
from chain.state.overlay import Overlay
from pallets.frame.weight import Weight

P = ParamSpec("P")

TaskWeight = Weight | Callable[..., Weight]
"""Of every such task, or a function of its arguments in order."""


@record
class TaskMarks:
    """What `@task` says of a method: its index, and the methods that list and check."""

    index: U32
    items: str
    condition: str
    weight: TaskWeight


class _Marker(Protocol[P]):
    def __call__(self, method: Callable[Concatenate[Any, P], None], /) -> Callable[Concatenate[Any, P], None]: ...


def task(
    index: U32,
    *,
    items: Callable[[Any], Iterable[tuple[Any, ...]]],
    condition: Callable[Concatenate[Any, P], bool],
    weight: TaskWeight,
) -> _Marker[P]:
    """Make a method a task.

    items: the method that gives the arguments of every task that there is to do
    condition: the method that says of arguments whether there is such a task
    """

    def mark(method: Callable[Concatenate[Any, P], None]) -> Callable[Concatenate[Any, P], None]:
        names = cast(Any, items).__name__, cast(Any, condition).__name__
        cast(Any, method).task_marks = TaskMarks(index, *names, weight)
        return method

    return mark


@record
class TaskDefinition:
    """A task as its pallet declares it."""

    name: str
    marks: TaskMarks
    parameters: tuple[tuple[str, Any], ...]
    docs: str
    line: int


def tasks_of(
    methods: Mapping[str, Any],
    hints: Callable[[str, Any, list[str], int], dict[str, Any]],
    note: Callable[[int, str], None],
) -> Iterator[TaskDefinition]:
    """The methods with `@task`, in order of definition; mistakes are noted."""
    indices: dict[int, str] = {}
    for name, method in methods.items():
        marks = getattr(method, "task_marks", None)
        if not isinstance(marks, TaskMarks):
            continue
        code = method.__code__
        line = code.co_firstlineno + 1
        if marks.index in indices:
            note(line, f"{name}: task index {marks.index} is {indices[marks.index]}'s")
        indices[marks.index] = name
        parameters = list(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])
        found = hints(name, method, parameters, line)
        yield TaskDefinition(name, marks, tuple(found.items()), inspect.getdoc(method) or "", line)


@dataclass(frozen=True)
class TaskTarget:
    """A task of one pallet in one runtime."""

    pallet: str
    pallet_index: int
    position: int
    definition: TaskDefinition
    scope: Scope = field(compare=False, repr=False)

    @cached_property
    def arguments(self) -> Codec[tuple[Any, ...]]:
        """The codec of the arguments."""
        return codec_of(tuple.__class_getitem__(tuple(hint for _, hint in self.definition.parameters)), self.scope)


@record
class RuntimeTask:
    """A task with its arguments."""

    target: TaskTarget
    arguments: tuple[Any, ...]

    def encode(self) -> bytes:
        """Pallet index ‖ position ‖ arguments."""
        target = self.target
        return bytes((target.pallet_index, target.position)) + target.arguments.encode(self.arguments)

    @property
    def task_index(self) -> U32:
        """The index that the pallet gave it."""
        return self.target.definition.marks.index

    @property
    def weight(self) -> Weight:
        """What doing it weighs."""
        weight = self.target.definition.marks.weight
        return weight if isinstance(weight, Weight) else weight(*self.arguments)

    def __str__(self) -> str:
        names = (name for name, _ in self.target.definition.parameters)
        shown = ", ".join(f"{name}={value!r}" for name, value in zip(names, self.arguments, strict=True))
        return f"{self.target.pallet}.{self.target.definition.name}({shown})"


class InvalidTask(ValueError):
    """There is no such work to do."""

    def __init__(self, task: RuntimeTask) -> None:
        super().__init__(f"{task} is nothing that is to be done")
        self.task = task


class TaskTable:
    """The tasks of one runtime class, and the codec of its outer enum; filled as pallets are registered."""

    def __init__(self) -> None:
        self.targets: dict[tuple[int, int], TaskTarget] = {}
        self.codec: Codec[RuntimeTask] = Codec(
            name="RuntimeTask",
            encode=RuntimeTask.encode,
            decode=self._decode,
            read=self._read,
            min_size=2,
            max_size=None,
            default=self._no_default,
            is_immutable=False,
        )

    def add(self, pallet: str, pallet_index: int, definitions: Iterable[TaskDefinition], scope: Scope) -> None:
        """Take in a pallet's tasks."""
        for position, definition in enumerate(definitions):
            self.targets[pallet_index, position] = TaskTarget(pallet, pallet_index, position, definition, scope)

    def _read(self, data: bytes, offset: int) -> tuple[RuntimeTask, int]:
        target = self.targets.get((data[offset], data[offset + 1])) if offset + 1 < len(data) else None
        if target is None:
            raise DecodeError("RuntimeTask", offset, "no pallet of this index has a task at this place")
        arguments, end = target.arguments.read(data, offset + 2)
        return RuntimeTask(target, arguments), end

    def _decode(self, data: bytes) -> RuntimeTask:
        value, end = self._read(data, 0)
        if end != len(data):
            raise DecodeError("RuntimeTask", end, f"{len(data) - end} bytes left over")
        return value

    def _no_default(self) -> RuntimeTask:
        raise TypeError("a task has no default value")


class TaskHost(Protocol):
    """What tasks need of their runtime."""

    storage: Overlay

    def pallet_at(self, index: int) -> Any:
        """The pallet of that index."""
        ...


class Tasks:
    """The tasks of a runtime that is bound to one state."""

    def __init__(self, host: TaskHost, table: TaskTable) -> None:
        self._host, self._table = host, table

    def __iter__(self) -> Iterator[RuntimeTask]:
        """Every task that there is to do, by pallet and task."""
        for (pallet_index, _), target in sorted(self._table.targets.items(), key=lambda entry: entry[0]):
            items = getattr(self._host.pallet_at(pallet_index), target.definition.marks.items)
            for arguments in items():
                yield RuntimeTask(target, tuple(arguments))

    def of(self, method: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> RuntimeTask:
        """The task of a pallet's bound method with these arguments."""
        pallet, name = cast(Any, method).__self__, cast(Any, method).__name__
        target = next(
            each
            for each in self._table.targets.values()
            if each.pallet_index == pallet.index and each.definition.name == name
        )
        bound = inspect.signature(method).bind(*args, **kwargs)
        return RuntimeTask(target, tuple(bound.arguments[name] for name, _ in target.definition.parameters))

    def is_valid(self, task: RuntimeTask) -> bool:
        """Whether there is such work to do."""
        condition = getattr(self._host.pallet_at(task.target.pallet_index), task.target.definition.marks.condition)
        return bool(condition(*task.arguments))

    def run(self, task: RuntimeTask) -> None:
        """Do it, all or nothing; raises InvalidTask where it is nothing to do, and what the task itself raises."""
        if not self.is_valid(task):
            raise InvalidTask(task)
        pallet = self._host.pallet_at(task.target.pallet_index)
        with self._host.storage.transaction():
            getattr(pallet, task.target.definition.name)(*task.arguments)
