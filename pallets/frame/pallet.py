"""The base of every pallet, and the decorator of its `Config` and `Genesis` records.

A pallet object is bound to one composition, and so to one state:

    self.balances = Balances(self, balances.Config(existential_deposit=1), index=4)

Its annotations are its storage, its `@call` methods its calls, its hooks are methods of the names below; its
events, errors and genesis are the module's classes `Event`, `Error` and `Genesis`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar, dataclass_transform

from chain.offchain.hook import Overlap
from chain.primitives import AccountId, BlockNumber, Hash
from chain.record import keyword_record
from chain.runtime_api import OffchainNode, TransactionSource, ValidTransaction
from chain.state.overlay import Overlay
from chain.validity import Unknown, UnknownTransaction
from pallets.frame.authorize import AuthorizeDefinition
from pallets.frame.call import CallTarget, RuntimeCall
from pallets.frame.declaration import PalletDeclaration, declaration_of
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.event import PalletEvent
from pallets.frame.inherent import InherentError
from pallets.frame.origin import FromPallet, Origin, PalletOrigin
from pallets.frame.pallet_layout import PalletLayout
from pallets.frame.weight import PostDispatchInfo, Weight
from pallets.frame.weight_meter import WeightMeter

C = TypeVar("C")
R = TypeVar("R")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def config(cls: type[R]) -> type[R]:
    """A frozen, keyword-only record. `Config.max_recent` on the class names the constant, on an instance is its value.

    An int field is a constant of the pallet (`#[pallet::constant]`), a Protocol field an associated type.
    """
    return keyword_record(cls)


class Host(Protocol):
    """What a pallet needs of the composition that it is registered with."""

    storage: Overlay

    def register(self, pallet: Pallet[Any], index: int, name: str) -> PalletLayout:
        """Take the pallet in; its compiled layout."""
        ...

    def record_event(self, event: bytes, /) -> None:
        """Add an encoded event of any pallet to the block's events."""
        ...

    def record_indexed_event(self, pallet: Pallet[Any], event: PalletEvent, topics: Sequence[Hash]) -> None:
        """Add an event to the block's events, and its place to each topic's."""
        ...

    def current_block_number(self) -> BlockNumber:
        """The number of the block that is being executed."""
        ...

    def dispatch(self, call: RuntimeCall, origin: Origin) -> PostDispatchInfo:
        """Run a call in its own storage layer; a DispatchError undoes its writes and is raised on."""
        ...

    def failure_of(self, error: DispatchError) -> DispatchFailure:
        """The value form of a dispatch error."""
        ...


class _LateItem:
    """A storage item of a pallet class: bound to a state when it is first asked for.

    A block touches few of a runtime's items. Without `__set__`, so that the bound item, once it is among the
    pallet's own attributes, is found there at once.
    """

    __slots__ = ("_attribute",)

    def __init__(self, attribute: str) -> None:
        self._attribute = attribute

    def __get__(self, pallet: Pallet[Any] | None, owner: type[Pallet[Any]]) -> Any:
        if pallet is None:
            return self
        bound = pallet.layout.bound_item(self._attribute, pallet.storage)
        setattr(pallet, self._attribute, bound)
        return bound


class Pallet(Generic[C]):
    """A pallet, bound to one state."""

    declaration: ClassVar[PalletDeclaration]

    storage_version: ClassVar[int] = 0
    """Layout of the pallet's storage; a migration raises it (`#[pallet::storage_version]`)."""

    without_calls: ClassVar[frozenset[str]] = frozenset()
    """Calls of the class it derives from that it has not itself, as a pallet of an older runtime."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        cls.declaration = declaration_of(cls)
        for storage in cls.declaration.storage:
            setattr(cls, storage.attribute, _LateItem(storage.attribute))  # in the place of its options, which are read

    def __init__(self, host: Host, config: C, *, index: int, name: str | None = None) -> None:
        self.host = host
        self.storage = host.storage
        self.config = config
        self.index = index
        self.name = name or type(self).__name__
        self.layout = host.register(self, index, self.name)
        self._record_event = host.record_event

    @property
    def call_targets(self) -> dict[str, CallTarget]:
        """This pallet's calls by method name."""
        return self.layout.calls

    @property
    def authorizations(self) -> dict[str, AuthorizeDefinition]:
        """How this pallet's calls let their own transactions in, by method name of the call."""
        return self.layout.declaration.authorizations

    def block_number(self) -> BlockNumber:
        """The number of the block that is being executed."""
        return self.host.current_block_number()

    def deposit_event(self, event: PalletEvent) -> None:
        """Tell the world; dropped at genesis, as in FRAME."""
        self._record_event(self.layout.event_encoders[type(event)](event))  # `encode_event`, in line

    def deposit_event_indexed(self, topics: Sequence[Hash], event: PalletEvent) -> None:
        """Tell the world, and who follows one of these topics: its places stand in `System.EventTopics`."""
        self.host.record_indexed_event(self, event, topics)

    def origin_of(self, origin: PalletOrigin) -> FromPallet:
        """This pallet's own origin, as calls are dispatched with."""
        return FromPallet(self.index, origin)

    def account_id(self, *parts: bytes) -> AccountId:
        """An account that nobody has a key to: `modl` ‖ pallet name ‖ parts, cut or padded to 32 bytes."""
        return AccountId((b"modl" + self.name.encode()[:8].ljust(8, b"/") + b"".join(parts))[:32].ljust(32, b"\0"))

    # Hooks, in the order in which a block meets them; a pallet overrides those that it needs.

    def build_genesis(self, genesis: Any) -> None:
        """Write the state of block zero."""

    def pre_upgrade(self) -> bytes:
        """What `post_upgrade` shall know of the state before a migration; raises AssertionError. Only in rehearsals."""
        return b""

    def on_runtime_upgrade(self) -> Weight:
        """Migrate the state, once, before the first block of a new runtime version."""
        return Weight()

    def post_upgrade(self, before: bytes) -> None:
        """Raises AssertionError where the migrated state does not follow from that before. Only in rehearsals."""

    def on_initialize(self, now: BlockNumber) -> Weight:
        """At the beginning of a block; the weight used, with that of `on_finalize`."""
        return Weight()

    def on_poll(self, now: BlockNumber, meter: WeightMeter) -> None:
        """After the inherents, unless a migration over many blocks is under way; work within the meter's limit."""

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """After the transactions, where weight remains; the weight used."""
        return Weight()

    def on_finalize(self, now: BlockNumber) -> None:
        """At the end of a block."""

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        """Beside the chain, after the block was imported as best; may only use what `node` lends."""

    offchain_overlap: ClassVar[Overlap] = Overlap.SKIP
    """What happens where the worker still runs for an earlier block; Substrate's is `Overlap.ALLOW`."""

    def offchain_finalized(self, now: BlockNumber, node: OffchainNode) -> None:
        """Beside the chain, once for each finalized block, on its state."""

    def with_offchain_work(self, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """For which operators `offchain_worker` has anything to do; all others have no run.

        operators: what each gave its workers; those that are chosen are given back as they are
        Looked at in the node's own thread, on the block's state: it is to be as quick as a hook of the block.
        """
        return operators

    def with_finalized_work(self, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """As `with_offchain_work`, for `offchain_finalized`."""
        return operators

    # Inherents

    inherent_identifier: ClassVar[bytes] = b""
    """Under which the pallet finds its inherent data: 8 bytes."""

    def create_inherent(self, data: Mapping[bytes, bytes]) -> RuntimeCall | None:
        """The inherent that this pallet makes of the block's inherent data, by 8-byte identifier."""
        return None

    def is_inherent(self, call: RuntimeCall) -> bool:
        """Whether this call of the pallet, which nobody signed, is an inherent."""
        return False

    def check_inherent(self, call: RuntimeCall, data: Mapping[bytes, bytes]) -> None:
        """Raises InherentError where another author's inherent does not fit this node's own data."""

    def is_inherent_required(self, data: Mapping[bytes, bytes]) -> InherentError | None:
        """What is wrong with a block that has no inherent of this pallet; None where nothing is."""
        return None

    # Transactions that nobody signed

    def validate_unsigned(self, source: TransactionSource, call: RuntimeCall) -> ValidTransaction:
        """What a pool should know of this call of the pallet; raises TransactionInvalid where it may not come in.

        FRAME replaces it by `authorize` (authorize.py); most chains still have it.
        """
        raise UnknownTransaction(Unknown.NO_UNSIGNED_VALIDATOR)

    def pre_dispatch_unsigned(self, call: RuntimeCall) -> None:
        """As `validate_unsigned`, before the call runs in a block."""
        self.validate_unsigned(TransactionSource.IN_BLOCK, call)

    # Checks

    def try_state(self) -> None:
        """Raise TryStateError where the pallet's state contradicts itself; writes nothing."""

    def integrity_test(self) -> None:
        """Raise AssertionError where the config is impossible."""
