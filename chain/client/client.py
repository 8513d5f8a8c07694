"""A chain as a notebook or a test sees it: everything by name, whatever the way to the node is.

with devnet() as net:                                     # or connect("ws://127.0.0.1:9944")
    alice, bob = net.keys.Alice, net.keys.Bob
    net.tx.Balances.transfer_keep_alive(dest=bob, value=net.unit).submit(alice).checked()
    net.query.System.Account(bob)["data"]["free"]
    net.events().frame()
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from chain.client.blocks import BlockView, EventView, ExtrinsicView
from chain.client.endpoint import Endpoint
from chain.client.errors import BadAnswer, NotIncluded, UnknownBlock
from chain.client.json_rpc import JsonRpc
from chain.client.namespace import Namespace
from chain.client.questions import ApiMethod, ViewFunctionCall
from chain.client.rows import Rows
from chain.client.runtimes import KnownRuntime, Runtimes
from chain.client.storage import BlockLike, StorageReader
from chain.client.transactions import CallMaker
from chain.client.units import Currency
from chain.client.values import AccountLike, account_from
from chain.crypto import development
from chain.crypto.keys import KeyPair
from chain.extrinsic import extrinsic_hash, with_length_prefix
from chain.metadata import NotInMetadata
from chain.metadata.view import Pallet
from chain.primitives import Hash
from chain.rpc.hexadecimal import read_fixed_hex
from chain.rpc.parameters import Json

if TYPE_CHECKING:  # it knows much of a node, which most clients do without
    from chain.client.control import ChainControl

T = TypeVar("T")

REMEMBERED: Final = 256
"""Blocks that are kept to be looked at again."""

FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.1
"""Seconds between two looks for a transaction; each pause is twice the one before."""


class Client:
    """A chain, by its node.

    is_alone: nobody else uses the node, so that nothing happens while this waits
    """

    def __init__(self, rpc: JsonRpc, url: str, *, is_alone: bool = False) -> None:
        self.rpc = rpc
        """Any method of the node by its name: `net.rpc("system_health")`."""
        self.url = url
        self.endpoint = Endpoint(rpc)
        self.keys: Namespace[KeyPair] = Namespace("development keys", lambda: development.NAMES, _development_key)
        """Whose secrets everybody knows."""
        self._is_alone = is_alone
        self._genesis: Hash | None = None
        self._runtimes = Runtimes(self.endpoint)
        self._blocks: dict[Hash, BlockView] = {}
        pallets = self._pallets
        self.tx: Namespace[Namespace[CallMaker]] = pallets("calls", _calls, CallMaker)
        """Calls: `net.tx.Balances.transfer_keep_alive(dest=bob, value=5).submit(alice)`."""
        self.query: Namespace[Namespace[StorageReader]] = pallets("storage", _storage, StorageReader)
        """Storage: `net.query.System.Account(alice, at=10)`, `net.query.System.Account.entries()`."""
        self.const: Namespace[Namespace[Any]] = pallets("constants", _constants, Client._constant)
        """Constants: `net.const.Balances.ExistentialDeposit`."""
        self.view: Namespace[Namespace[ViewFunctionCall]] = pallets("view functions", _views, ViewFunctionCall)
        """View functions of pallets."""
        self.api: Namespace[Namespace[ApiMethod]] = Namespace("runtime APIs", self._api_names, self._api)
        """Runtime APIs: `net.api.Core.version()`."""

    # Blocks

    @property
    def head(self) -> BlockView:
        """The best block."""
        return self.block()

    @property
    def finalized(self) -> BlockView:
        """The block that was finalized last."""
        return self._block(self.endpoint.finalized())

    def block(self, which: BlockLike = None) -> BlockView:
        """A block, the best one by default; raises UnknownBlock."""
        return which if isinstance(which, BlockView) else self._block(self.hash_of(which))

    def blocks(self, first: int = 0, last: int | None = None) -> Rows[BlockView]:
        """The best chain's blocks of a range of numbers, both ends included; to the best block by default."""
        return Rows("blocks", self._range(first, last), BlockView.as_row)

    def extrinsics(self, first: int = 0, last: int | None = None) -> Rows[ExtrinsicView]:
        """The extrinsics of a range of blocks."""
        found = (each for block in self._range(first, last) for each in block.extrinsics)
        return Rows("extrinsics", found, ExtrinsicView.as_row)

    def events(
        self, first: int = 0, last: int | None = None, *, pallet: str | None = None, name: str | None = None
    ) -> Rows[EventView]:
        """The events of a range of blocks; with names, those of a pallet, or of one kind."""
        found = (event for block in self._range(first, last) for event in block.events)
        wanted = (event for event in found if pallet in (None, event.pallet) and name in (None, event.name))
        return Rows("events", wanted, EventView.as_row)

    # Accounts and amounts

    @cached_property
    def currency(self) -> Currency:
        """The chain's token, as its properties say."""
        properties = self.endpoint.properties()
        symbol, decimals = (_first(properties.get(each)) for each in ("tokenSymbol", "tokenDecimals"))
        return Currency(str(symbol or "planck"), decimals if isinstance(decimals, int) else 0)

    @property
    def unit(self) -> int:
        """One token in planck."""
        return self.currency.unit

    def planck(self, tokens: int | str | Decimal) -> int:
        """An amount of tokens in planck: `net.planck("1.5")`."""
        return self.currency.planck(tokens)

    def tokens(self, planck: int) -> str:
        """An amount of planck in tokens: `1.5 UNIT`."""
        return self.currency.tokens(planck)

    def address(self, who: AccountLike) -> str:
        """The account's address on this chain."""
        return self.runtime().values.address(account_from(who))

    def balance(self, who: AccountLike, at: BlockLike = None) -> int:
        """What the account has that is not reserved, in planck."""
        return int(self.query.System.Account(account_from(who), at=at)["data"]["free"])

    def nonce(self, who: AccountLike) -> int:
        """The nonce of the account's next transaction, after those that wait in the pool."""
        return self.endpoint.next_nonce(account_from(who))

    # Control

    @property
    def control(self) -> ChainControl:
        """Of a development node: snapshots, time, storage, dry runs, impersonation: `net.control.snapshot()`."""
        from chain.client.remote_control import RemoteControl  # with much of a node, which most clients do without

        return RemoteControl(self.endpoint)

    def impersonated(self, who: AccountLike) -> KeyPair:
        """Signs for an account whose key nobody has, once `net.control.impersonate` has let that pass."""
        from chain.node.impersonation import Impersonator  # few need it

        return Impersonator.of(account_from(who))

    def new_block(self, count: int = 1) -> BlockView:
        """Have a development node make blocks of what is ready, or empty ones; the last one. At least one is made."""
        made = [self.endpoint.new_block() for _ in range(max(count, 1))]
        return self._block(made[-1])

    def close(self) -> None:
        """End the connection; a node in this process is gone with it."""
        self.rpc.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # What composed calls and storage ask

    def runtime(self) -> KnownRuntime:
        """The runtime of the next block."""
        return self.runtime_after(self.hash_of(None))

    def runtime_after(self, block_hash: Hash) -> KnownRuntime:
        """The runtime that the state after a block is for."""
        return self._runtimes.at(block_hash)

    def hash_of(self, block: BlockLike) -> Hash:
        """The hash of the block that is meant; raises UnknownBlock."""
        if isinstance(block, BlockView):
            return block.hash
        if isinstance(block, str):
            try:
                return Hash(read_fixed_hex(block, 32))
            except ValueError as error:
                raise UnknownBlock(f"{block!r}: {error}") from None
        if isinstance(block, bytes):
            return Hash(block)
        if block == 0 and self._genesis is not None:
            return self._genesis
        found = self.endpoint.block_hash(block)
        if found is None:
            raise UnknownBlock(block)
        if block == 0:
            self._genesis = found
        return found

    def best_number(self) -> int:
        """The number of the best block."""
        head = self.endpoint.header(self.hash_of(None))
        if head is None:
            raise BadAnswer("chain_getHeader", "the best block has no header")
        return head.number

    def send(self, extrinsic: bytes) -> Hash:
        """Hand an extrinsic (without length prefix) to the pool; raises TransactionRefused."""
        return self.endpoint.submit(extrinsic)

    def included(self, transaction: Hash, since: int, timeout: float) -> ExtrinsicView:
        """The transaction in its block, which is above `since`; raises NotIncluded."""
        deadline, pause, looked_at = time.monotonic() + timeout, FIRST_PAUSE, since
        while True:
            head = self.best_number()
            for number in range(min(looked_at, head) + 1, head + 1):
                for each in self.block(number).extrinsics:
                    if each.hash == transaction:
                        return each
            looked_at = head
            if self._is_alone or time.monotonic() >= deadline:
                raise NotIncluded(transaction, self._why_not(transaction))
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def fee(self, extrinsic: bytes) -> int:
        """What an extrinsic (without length prefix) would cost, in planck."""
        data = with_length_prefix(extrinsic)
        block_hash = self.hash_of(None)
        asked = data + len(data).to_bytes(4, "little")
        answer = self.endpoint.call("TransactionPaymentApi_query_info", asked, block_hash)
        return int.from_bytes(answer[-16:], "little")  # weight ‖ class ‖ fee

    def _why_not(self, transaction: Hash) -> str:
        if transaction in {extrinsic_hash(each) for each in self.endpoint.pending()}:
            return "it is ready and the node makes no block; net.new_block() makes one"
        return "it is not ready: its nonce may be above the account's next one, or the pool has dropped it"

    # Parts

    def _block(self, block_hash: Hash) -> BlockView:
        found = self._blocks.get(block_hash)
        if found is None:
            block = self.endpoint.block(block_hash)
            if block is None:
                raise UnknownBlock(f"0x{block_hash.hex()}")
            # what executes a block, and encodes its events, is the runtime that its parent left
            runtime = self.runtime_after(block.header.parent_hash if block.header.number else block_hash)
            found = BlockView(block, runtime, lambda: self._events(runtime, block_hash))
            if len(self._blocks) >= REMEMBERED:
                self._blocks.clear()
            self._blocks[block_hash] = found
        return found

    def _events(self, runtime: KnownRuntime, block_hash: Hash) -> bytes | None:
        return self.endpoint.value(runtime.metadata.storage.key("System", "Events"), block_hash)

    def _range(self, first: int, last: int | None) -> Iterable[BlockView]:
        end = self.best_number() if last is None else last
        return (self.block(number) for number in range(first, end + 1))

    def _pallets(
        self, title: str, names: Callable[[Pallet], Sequence[str]], make: Callable[[Client, str, str], T]
    ) -> Namespace[Namespace[T]]:
        """What pallets have of one kind: a namespace for each pallet that has any."""

        def found() -> list[str]:
            return [each.name for each in self.runtime().metadata.view.pallets if names(each)]

        def of_pallet(pallet: str) -> Namespace[T]:
            docs = "\n".join(self.runtime().metadata.pallet(pallet).docs).strip()
            return Namespace(
                f"{title} of {pallet}",
                lambda: names(self.runtime().metadata.pallet(pallet)),
                lambda name: make(self, pallet, name),
                docs,
            )

        return Namespace(f"pallets with {title}", found, of_pallet)

    def _constant(self, pallet: str, name: str) -> Any:
        return self.runtime().metadata.constant(pallet, name)

    def _api_names(self) -> list[str]:
        return [each.name for each in self.runtime().metadata.view.apis]

    def _api(self, api: str) -> Namespace[ApiMethod]:
        apis = {each.name: each for each in self.runtime().metadata.view.apis}
        if api not in apis:
            raise NotInMetadata("runtime API", api, apis)
        names = [method.name for method in apis[api].methods]
        docs = "\n".join(apis[api].docs).strip()
        return Namespace(f"methods of {api}", lambda: names, lambda name: ApiMethod(self, api, name), docs)

    def __repr__(self) -> str:
        head = self.head
        return f"<{self.endpoint.chain()} at {self.url}: block {head.number}, 0x{head.hash.hex()[:8]}…>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.tx._repr_html_()}"


def _calls(pallet: Pallet) -> list[str]:
    return [each.name for each in pallet.calls.variants] if pallet.calls else []


def _storage(pallet: Pallet) -> list[str]:
    return [each.name for each in pallet.storage]


def _constants(pallet: Pallet) -> list[str]:
    return [each.name for each in pallet.constants]


def _views(pallet: Pallet) -> list[str]:
    return [each.name for each in pallet.view_functions]


def _development_key(name: str) -> KeyPair:
    if name not in development.NAMES:
        raise AttributeError(f"there is no development key {name}; there are {', '.join(development.NAMES)}")
    return development.pair(name)


def _first(value: Json) -> Json:
    """Chains with several tokens list them, the own one first."""
    return value[0] if isinstance(value, list) and value else value
