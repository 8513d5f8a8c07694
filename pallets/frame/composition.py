"""Pallets composed over one state: registration, dispatch, hooks, and the codecs that only a whole runtime knows.

A runtime class derives from `Composition` and makes its pallets in `__init__`; an object of it is bound to one
`Overlay`. What is compiled (layouts, call table, event codec) belongs to the class, so that binding another
state costs microseconds.
"""

from __future__ import annotations

import inspect
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol, cast, get_args

from chain.annotations import class_hints
from chain.offchain.hook import Trigger, WorkerHook
from chain.primitives import BlockNumber, Hash
from chain.runtime_api import OffchainNode
from chain.scale import Codec, DecodeError, codec_of
from chain.state.overlay import Overlay
from pallets.frame.call import CallCodec, RuntimeCall
from pallets.frame.call_filter import CallFilter, admitted
from pallets.frame.composition_check import report_mistakes_of
from pallets.frame.declaration import DeclarationMistakes, Mistake
from pallets.frame.error import (
    DispatchError,
    DispatchFailure,
    ModuleFailure,
    PalletError,
    TransactionalError,
    TransactionalFailure,
)
from pallets.frame.event import PalletEvent, RuntimeEvent
from pallets.frame.guard import TryStateError, WriteRefused, read_only
from pallets.frame.origin import Origin
from pallets.frame.outer import outer_event, outer_origin
from pallets.frame.pallet import Pallet
from pallets.frame.pallet_layout import PalletLayout
from pallets.frame.tasks import RuntimeTask, Tasks, TaskTable
from pallets.frame.view import ViewFunctionDefinition, ViewFunctionInput, ViewFunctionNotFound, bound_view
from pallets.frame.weight import PostDispatchInfo, Weight
from pallets.frame.weight_info import WeightInfo
from pallets.frame.weight_meter import WeightMeter

MAX_STORAGE_LAYERS = 255
"""Nested storage layers that a runtime may open (frame_support::storage::transactional)."""


CALL_FILTERED = 5
"""Index of CallFiltered among the errors of System (frame_system)."""


@dataclass(slots=True)
class Compiled:
    """What all objects of one runtime class share."""

    layouts: dict[tuple[Any, ...], PalletLayout] = field(default_factory=dict)
    calls: CallCodec = field(default_factory=CallCodec)
    events: dict[int, PalletLayout] = field(default_factory=dict)
    origins: dict[int, PalletLayout] = field(default_factory=dict)
    tasks: TaskTable = field(default_factory=TaskTable)
    views: dict[bytes, tuple[PalletLayout, ViewFunctionDefinition]] = field(default_factory=dict)
    types: dict[Any, Codec[Any]] = field(default_factory=dict)


class SystemPallet(Protocol):
    """What every pallet needs of System, which is the first pallet of every composition."""

    def record_event(self, event: bytes) -> None:
        """Add an encoded event of any pallet to the block's events."""
        ...

    def record_indexed_event(self, pallet: Pallet[Any], event: PalletEvent, topics: Sequence[Hash]) -> None:
        """Add an event to the block's events, and its place to each topic's."""
        ...

    def current_block_number(self) -> BlockNumber:
        """The number of the block that is being executed."""
        ...


class Composition:
    """Pallets over one state."""

    compiled: ClassVar[Compiled]

    call_filter: CallFilter | None = None
    """Which calls may be made at all, except by root; None for all of them (frame_system's BaseCallFilter)."""

    outer_transactions: int = 0
    """Those of the storage that are open around an extrinsic: a block's author can take it back as a whole."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        report_mistakes_of(cls)
        cls.compiled = Compiled()
        cls.compiled.types = {
            RuntimeCall: cls.compiled.calls.codec,
            RuntimeEvent: outer_event(cls.compiled.events),
            Origin: outer_origin(cls.compiled.origins),
            RuntimeTask: cls.compiled.tasks.codec,
        }

    def __init__(self, storage: Overlay) -> None:
        self.storage = storage
        self.pallets: list[Pallet[Any]] = []
        self._by_index: dict[int, Pallet[Any]] = {}
        self._by_name: dict[str, Pallet[Any]] = {}
        self._hooked: dict[str, list[Pallet[Any]]] = {}
        self._idle_places: list[int] = []
        self._system: SystemPallet
        self.record_event: Callable[[bytes], None]
        """System's own method: a call less for each event."""

    def register(self, pallet: Pallet[Any], index: int, name: str) -> PalletLayout:
        """Take a pallet in; called by `Pallet.__init__`.

        Raises DeclarationMistakes where its index or name is another's.
        """
        if index in self._by_index or name in self._by_name:
            self._refuse_taken(index, name)
        if not self.pallets:
            self._system = cast(SystemPallet, pallet)
            self.record_event = self._system.record_event
        self._by_index[index] = pallet
        self._by_name[name] = pallet
        compiled, config = type(self).compiled, pallet.config
        place = (type(pallet), name, index, *[getattr(config, each) for each in _compiled_names(config)])
        layout = compiled.layouts.get(place)
        if layout is None:
            _require_weights(config, name)
            layout = compiled.layouts[place] = PalletLayout(
                type(pallet), name, index, _constants(config), _associated(config), compiled.types
            )
            for target in layout.calls.values():
                compiled.calls.targets[index << 8 | target.index] = target
            compiled.tasks.add(name, index, layout.declaration.tasks, layout.scope)
            for view in layout.declaration.view_functions:
                compiled.views[view.identifier(name)] = layout, view
            if layout.declaration.event is not None:
                compiled.events[index] = layout
            if layout.declaration.origin is not None or not self.pallets:
                compiled.origins[index] = layout
        for hook in layout.hooks:
            self._hooked.setdefault(hook, []).append(pallet)
        if "on_idle" in layout.hooks:
            self._idle_places.append(len(self.pallets))
        self.pallets.append(pallet)
        return layout

    def _refuse_taken(self, index: int, name: str) -> None:
        for other in self.pallets:
            if other.index == index or other.name == name:
                what = f"index {index}" if other.index == index else f"the name {name}"
                source = inspect.getsourcefile(type(self)) or type(self).__module__
                line = inspect.getsourcelines(type(self))[1]
                raise DeclarationMistakes(
                    type(self).__qualname__, [Mistake(source, line, f"{what} is {other.name}'s already")]
                )

    # What pallets ask of System

    def current_block_number(self) -> BlockNumber:
        """The number of the block that is being executed."""
        return self._system.current_block_number()

    def record_indexed_event(self, pallet: Pallet[Any], event: PalletEvent, topics: Sequence[Hash]) -> None:
        """Add an event to the block's events, and its place to each topic's."""
        self._system.record_indexed_event(pallet, event, topics)

    # Calls

    def decode_call(self, data: bytes) -> RuntimeCall:
        """The call that `data` is, the whole of it; raises DecodeError."""
        return type(self).compiled.calls.decode(data)

    def pallet_at(self, index: int) -> Pallet[Any]:
        """The pallet of that index."""
        return self._by_index[index]

    def pallet_of(self, call: RuntimeCall) -> Pallet[Any]:
        """The pallet whose call it is."""
        return self._by_index[call.target.pallet_index]

    def dispatch(self, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
        """Run a call in its own storage layer; a DispatchError undoes its writes and is raised on.

        Raises System's CallFiltered where the runtime's filter, or one that the origin carries, refuses the call; a
        `Bypassing` origin has it made all the same.
        """
        if origin.filters or self.call_filter is not None:
            origin = self._admitted(call, origin)
        storage, target = self.storage, call.target
        if storage.depth - self.outer_transactions >= MAX_STORAGE_LAYERS:
            raise DispatchError(TransactionalFailure(TransactionalError.LIMIT_REACHED))
        method = getattr(self._by_index[target.pallet_index], target.name)
        storage.begin()
        try:  # `storage.transaction()` in line: it costs every call three calls more
            outcome: PostDispatchInfo | None = method(origin, *call.arguments)
        except BaseException:
            storage.rollback()
            raise
        storage.commit()
        return outcome or _NO_REFUND

    def _admitted(self, call: RuntimeCall, origin: Origin) -> Origin:
        found = admitted(call, origin, self.call_filter)
        if found is None:
            errors = self.pallets[0].declaration.error
            assert errors is not None, "System declares errors"
            raise errors.errors[CALL_FILTERED]()
        return found

    def failure_of(self, error: DispatchError) -> DispatchFailure:
        """The value form of a dispatch error; a pallet's own error gets its pallet's index."""
        if not isinstance(error, PalletError):
            return error.failure
        return ModuleFailure(self._owner(error).index, bytes((error.index, 0, 0, 0)))

    def _owner(self, error: PalletError) -> Pallet[Any]:
        family = next(base for base in type(error).__mro__ if vars(base).get("_role") == "enum")
        owners = [pallet for pallet in self.pallets if type(pallet).declaration.error is family]
        if len(owners) > 1:  # several instances of one pallet: the innermost that was running raised it
            innermost, trace = owners[0], error.__traceback__
            while trace is not None:
                running = trace.tb_frame.f_locals.get("self")
                innermost = next((pallet for pallet in owners if pallet is running), innermost)
                trace = trace.tb_next
            return innermost
        return owners[0]

    # Tasks and view functions

    @property
    def tasks(self) -> Tasks:
        """What there is to do."""
        return Tasks(self, type(self).compiled.tasks)

    def execute_view_function(self, identifier: bytes, data: bytes) -> bytes:
        """The encoded answer of a view function to encoded arguments.

        Raises ViewFunctionNotFound, ViewFunctionInput, and WriteRefused where it does more than reading.
        """
        found = type(self).compiled.views.get(identifier)
        if found is None:
            raise ViewFunctionNotFound(identifier)
        layout, view = found
        arguments = codec_of(tuple.__class_getitem__(tuple(hint for _, hint in view.parameters)), layout.scope)
        try:
            values = arguments.decode(data)
        except DecodeError as error:
            raise ViewFunctionInput(f"{layout.name}.{view.name}: {error}") from error
        with read_only(self.storage, f"{layout.name}.{view.name}"):
            answer = bound_view(self._by_index[layout.index], view)(*values)
        return codec_of(view.result, layout.scope).encode(answer)

    # Hooks

    def with_hook(self, name: str) -> Sequence[Pallet[Any]]:
        """The pallets that have this hook, in the order of their declaration."""
        return self._hooked.get(name, ())

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Every pallet's `on_initialize`; the weight of all."""
        total = Weight()
        for pallet in self.with_hook("on_initialize"):
            total = total + pallet.on_initialize(now)
        return total

    def on_poll(self, now: BlockNumber, meter: WeightMeter) -> None:
        """Every pallet's `on_poll`."""
        for pallet in self.with_hook("on_poll"):
            pallet.on_poll(now, meter)

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """Every pallet's `on_idle`, beginning at pallet `now` modulo their number; the weight used by all."""
        used, places = Weight(), self._idle_places
        first = bisect_left(places, now % len(self.pallets))
        for place in (*places[first:], *places[:first]):
            used = used + self.pallets[place].on_idle(now, remaining - used)
        return used

    def on_finalize(self, now: BlockNumber) -> None:
        """Every pallet's `on_finalize`."""
        for pallet in self.with_hook("on_finalize"):
            pallet.on_finalize(now)

    def worker_hooks(self) -> list[WorkerHook]:
        """The pallets' workers, in the order of their declaration."""
        return [
            WorkerHook(pallet.name, trigger, pallet.offchain_overlap, _WITH_WORK[trigger] in pallet.layout.hooks)
            for trigger, name in _WORKERS.items()
            for pallet in self.with_hook(name)
        ]

    def run_worker_of(self, hook: WorkerHook, now: BlockNumber, node: OffchainNode) -> None:
        """Run one pallet's worker; raises LookupError where there is none like it."""
        name = _WORKERS[hook.trigger]
        worker: Callable[[BlockNumber, OffchainNode], None] = getattr(self._pallet_with(name, hook), name)
        worker(now, node)

    def with_work(self, hook: WorkerHook, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """For which operators one pallet's worker has anything to do; raises LookupError where it has none."""
        choose: Callable[[BlockNumber, Sequence[Any]], Sequence[Any]] = getattr(
            self._pallet_with(_WORKERS[hook.trigger], hook), _WITH_WORK[hook.trigger]
        )
        return choose(now, operators)

    def _pallet_with(self, name: str, hook: WorkerHook) -> Pallet[Any]:
        pallet = self._by_name.get(hook.pallet)
        if pallet is None or name not in pallet.layout.hooks:
            raise LookupError(f"this runtime has no pallet {hook.pallet} with a hook {name}")
        return pallet

    def try_state(self) -> None:
        """Every pallet's own check of its state.

        Raises TryStateError with all that is wrong: what checks found, and which of them wrote.
        """
        problems: list[str] = []
        for pallet in self.with_hook("try_state"):
            try:
                with read_only(self.storage, f"{pallet.name}.try_state"):
                    pallet.try_state()
            except (AssertionError, WriteRefused) as problem:
                problems.append(str(problem) if isinstance(problem, WriteRefused) else f"{pallet.name}: {problem}")
        if problems:
            raise TryStateError("; ".join(problems))


_NO_REFUND = PostDispatchInfo()
_WORKERS = {Trigger.BEST: "offchain_worker", Trigger.FINALIZED: "offchain_finalized"}
_WITH_WORK = {Trigger.BEST: "with_offchain_work", Trigger.FINALIZED: "with_finalized_work"}


def _compiled_names(config: object) -> tuple[str, ...]:
    """The fields of a config that what is compiled depends on."""
    kind = type(config)
    if kind not in _COMPILED_NAMES:
        _COMPILED_NAMES[kind] = (*vars(_constants(config)), *_associated(config))
    return _COMPILED_NAMES[kind]


def _constants(config: object) -> SimpleNamespace:
    """What bounds and weights may refer to of a config, and all that what is compiled may keep: integers, formulas."""
    hints = class_hints(type(config)) if is_dataclass(config) else {}
    kept = [name for name, hint in hints.items() if (get_args(hint) or (hint,))[0] in _CONSTANTS]
    return SimpleNamespace(**{name: getattr(config, name) for name in kept})


def _require_weights(config: object, pallet: str) -> None:
    """Raises WeightError where weights that replace a config's own are not all that the pallet's calls name."""
    for each in fields(config) if is_dataclass(config) else ():
        given, own = getattr(config, each.name), each.default
        if isinstance(given, WeightInfo) and isinstance(own, WeightInfo) and given is not own:
            given.require(own, pallet)


def _associated(config: object) -> dict[str, type[Any]]:
    """The types of a config, which annotations refer to: `Annotated[Kind, Config.kind]`."""
    values = [(each.name, getattr(config, each.name)) for each in (fields(config) if is_dataclass(config) else ())]
    return {name: value for name, value in values if isinstance(value, type)}


_CONSTANTS = (int, WeightInfo)
_COMPILED_NAMES: dict[type, tuple[str, ...]] = {}
