"""The four ways to submit land in a block with the right origin; indexing reaches workers of the best chain alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chain.block import Block
from chain.crypto import development
from chain.node.service import Node
from chain.offchain.lmdb_backing import LmdbBacking
from chain.offchain.participant import Participant
from chain.offchain.settings import WorkerSettings
from chain.primitives import U32, AccountId, Bytes32, Bytes64, Hash
from chain.record import record
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.state.overlay import Overlay
from chain.store.lmdb_store import LmdbStore
from chain.validity import Invalid, InvalidBlock, InvalidTransaction
from pallets.frame import (
    Origin,
    Pallet,
    PalletError,
    PalletEvent,
    RuntimeCall,
    authorize,
    call,
    call_of,
    config,
    db,
    ensure_authorized,
    ensure_none,
    ensure_signed,
)
from pallets.frame.offchain import NodeKey, OffchainNode, Signer, indexing, is_signed_by
from runtime.dev import DevRuntime, genesis_state
from runtime.devnet import node_of
from runtime.extensions.standard import standard_extensions

PRICE = b"pric"


@config
class Config:
    """Nothing."""


@record
class Payload:
    """A price, and whose it is."""

    price: U32
    public: Bytes32


class Event(PalletEvent):
    """What happened."""


class Told(Event):
    """A price came in: by its signer, or nobody."""

    who: AccountId | None
    price: U32
    how: U32


class Error(PalletError):
    """Why a call failed."""


class TooHigh(Error):
    """The price is."""


SIGNED, UNSIGNED, WITH_PAYLOAD, AUTHORIZED = range(4)


class Prices(Pallet[Config]):
    @call(0, weight=db(writes=1))
    def tell(self, origin: Origin, price: U32) -> None:
        """Tell a price."""
        who = ensure_signed(origin)
        indexing(self).set(b"price", bytes((price,)))
        if price > 100:
            raise TooHigh
        self.deposit_event(Told(who, price, SIGNED))

    @call(1, weight=db(writes=1))
    def tell_unsigned(self, origin: Origin, price: U32) -> None:
        """Tell a price, from whoever it may be."""
        ensure_none(origin)
        self.deposit_event(Told(None, price, UNSIGNED))

    @call(2, weight=db(writes=1))
    def tell_with_payload(self, origin: Origin, payload: Payload, signature: Bytes64) -> None:
        """Tell a price that somebody has signed."""
        ensure_none(origin)
        self.deposit_event(Told(AccountId(payload.public), payload.price, WITH_PAYLOAD))

    @call(3, weight=db(writes=1))
    def tell_authorized(self, origin: Origin, price: U32) -> None:
        """Tell a price that speaks for itself."""
        ensure_authorized(origin)
        self.deposit_event(Told(None, price, AUTHORIZED))

    @authorize(tell_authorized, weight=db(reads=1))
    def authorize_tell(self, source: TransactionSource, price: U32) -> ValidTransaction:
        if source is TransactionSource.EXTERNAL:
            raise InvalidTransaction(Invalid.CALL)
        return ValidTransaction(provides=(b"authorized",), longevity=8)

    def validate_unsigned(self, source: TransactionSource, call: RuntimeCall) -> ValidTransaction:
        arguments = call.named_arguments
        payload = arguments.get("payload")
        if payload is not None and not is_signed_by(payload, payload.public, arguments["signature"]):
            raise InvalidTransaction(Invalid.BAD_PROOF)
        if source is TransactionSource.EXTERNAL:
            raise InvalidTransaction(Invalid.CALL)
        return ValidTransaction(provides=(call.encode(),), longevity=8)

    def offchain_worker(self, now: U32, node: OffchainNode) -> None:
        if now != 1:
            return
        signer = Signer(node, PRICE)
        assert node.submit_signed(call_of(self.tell, price=1)) is not None
        assert all(sent.transaction for sent in signer.all().send_signed(lambda _key: call_of(self.tell, price=2)))
        (first,) = signer.any().send_signed(lambda _key: call_of(self.tell, price=3))
        assert first.key == signer.keys()[0]
        node.submit_unsigned(call_of(self.tell_unsigned, price=4))
        node.submit_authorized(call_of(self.tell_authorized, price=5))

        def with_signature(payload: Payload, signature: bytes) -> RuntimeCall:
            return call_of(self.tell_with_payload, payload=payload, signature=signature)

        def payload_of(key: NodeKey) -> Payload:
            return Payload(6, key.public)

        bob = development.pair("Bob").public
        (sent,) = signer.filtered([bob]).send_unsigned(payload_of, with_signature)
        assert sent.refused is None
        forged = signer.any().send_unsigned(lambda _key: Payload(7, bytes(32)), with_signature)
        assert "bad signature" in (forged[0].refused or "")


class PriceRuntime(DevRuntime):
    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        self.prices = Prices(self, Config(), index=70)
        self.extensions = standard_extensions(self.system, self.transaction_payment, authorizer=self)


def price_node() -> Node[PriceRuntime]:
    participant = Participant(development.pair("Alice"))
    for name in ("Bob", "Charlie"):
        participant.keystore.keep(PRICE, development.pair(name))
    return node_of(PriceRuntime, genesis_state(), (participant,))


def test_each_way_to_submit_lands_in_a_block_with_its_origin() -> None:
    node = price_node()
    node.seal()
    assert [run.failure for run in node.workers.runs if run.pallet == "Prices"] == [None]
    node.seal()
    events = [record.event.event for record in node.runtime_at().system.events.get()]
    told = [event for event in events if isinstance(event, Told)]
    alice, bob, charlie = (development.account(name) for name in ("Alice", "Bob", "Charlie"))
    first = min(bob, charlie)
    assert sorted(((each.how, each.who, each.price) for each in told), key=repr) == sorted(
        [
            (SIGNED, alice, 1),
            (SIGNED, bob, 2),
            (SIGNED, charlie, 2),
            (SIGNED, first, 3),
            (UNSIGNED, None, 4),
            (AUTHORIZED, None, 5),
            (WITH_PAYLOAD, bob, 6),
        ],
        key=repr,
    )


def tell(node: Node[PriceRuntime], price: int, parent: Hash | None = None, name: str = "Dave") -> Block:
    node.submit_call(development.pair(name), call_of(node.runtime_at().prices.tell, price=price))
    return node.seal(parent)


def told_by_index(node: Node[PriceRuntime]) -> bytes | None:
    return node.workers.storage.get(b"price")


def test_what_is_indexed_is_there_after_import_and_not_of_a_failed_call() -> None:
    node = node_of(PriceRuntime, genesis_state())
    tell(node, 7)
    assert told_by_index(node) == b"\x07"
    tell(node, 101)  # fails, and takes back what it left
    assert told_by_index(node) == b"\x07"


def test_what_a_side_block_leaves_counts_once_it_is_best() -> None:
    node = node_of(PriceRuntime, genesis_state())
    first = node.seal()
    tell(node, 7)
    side = tell(node, 9, parent=first.header.hash, name="Eve")
    assert told_by_index(node) == b"\x07"
    node.seal(parent=side.header.hash)
    assert told_by_index(node) == b"\x09"


def test_what_a_side_block_left_counts_after_a_restart_too(tmp_path: Path) -> None:
    backing = LmdbBacking(tmp_path / "workers")
    node = node_of(
        PriceRuntime, genesis_state(), store=LmdbStore(tmp_path / "chain"), workers=WorkerSettings(backing=backing)
    )
    first = node.seal()
    tell(node, 7)
    side = tell(node, 9, parent=first.header.hash, name="Eve")
    node.workers.close()
    node.chain.close()
    again = node_of(
        PriceRuntime,
        genesis_state(),
        store=LmdbStore(tmp_path / "chain"),
        workers=WorkerSettings(backing=LmdbBacking(tmp_path / "workers")),
    )
    assert told_by_index(again) == b"\x07"
    again.seal(parent=side.header.hash)
    assert told_by_index(again) == b"\x09"
    again.workers.close()
    again.chain.close()


def test_a_block_of_others_that_fails_leaves_nothing_and_one_that_is_good_does() -> None:
    author, node = node_of(PriceRuntime, genesis_state()), node_of(PriceRuntime, genesis_state())
    block = tell(author, 7)
    with pytest.raises(InvalidBlock):
        node.import_block(replace(block, header=replace(block.header, state_root=Hash(bytes(32)))))
    assert told_by_index(node) is None
    node.import_block(block)
    assert told_by_index(node) == b"\x07"


def test_a_node_may_keep_no_index_and_a_snapshot_brings_it_back() -> None:
    without = node_of(PriceRuntime, genesis_state(), workers=WorkerSettings(is_indexing=False))
    tell(without, 7)
    assert told_by_index(without) is None
    node = node_of(PriceRuntime, genesis_state())
    tell(node, 7)
    before = node.snapshot()
    tell(node, 8)
    assert told_by_index(node) == b"\x08"
    node.revert(before)
    assert told_by_index(node) == b"\x07"
