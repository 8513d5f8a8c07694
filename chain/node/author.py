"""Building a block: inherents first, then ready transactions until the block is full."""

from __future__ import annotations

from typing import Final

from chain.block import Block, DigestItem, Header
from chain.node.chain_store import ImportedBlock
from chain.node.collector import collected_after
from chain.node.inherents import InherentData
from chain.node.ready_order import ReadyOrder
from chain.primitives import Hash
from chain.record import record
from chain.runtime_api import InclusionMode, MakeOverlay, RuntimeApi, RuntimeFactory
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import Invalid, InvalidBlock, TransactionInvalid

_UNKNOWN: Final = Hash(bytes(32))  # the roots of a header that execution is still to find


@record
class AuthoringLimits:
    """When an author stops; the runtime's own limits hold besides.

    extrinsics: transactions in a block, None for no limit
    size: bytes of all extrinsics; sc_basic_authorship's default
    skipped: transactions without room after which the block counts as full (MAX_SKIPPED_TRANSACTIONS)
    """

    extrinsics: int | None = None
    size: int = 4 * 2**20 + 512
    skipped: int = 8


@record
class Proposal:
    """A new block, the state after it, and the transactions that turned out to be invalid.

    overlay: of which the state was made
    """

    block: Block
    state: Trie
    overlay: Overlay
    invalid: tuple[Hash, ...]


@collected_after()
def build_block(
    runtime_factory: RuntimeFactory,
    parent: ImportedBlock,
    ready: ReadyOrder,
    inherent_data: InherentData,
    digest: tuple[DigestItem, ...] = (),
    limits: AuthoringLimits | None = None,
    make_overlay: MakeOverlay = Overlay,
) -> Proposal:
    """Build a block on top of `parent`; raises `InvalidBlock` where an inherent is refused."""
    overlay = make_overlay(parent.state)
    runtime = runtime_factory(overlay)
    mode, inherents = begin_block(runtime, parent, inherent_data, digest)
    transactions, invalid = list[bytes](), list[Hash]()
    if mode is InclusionMode.ALL_EXTRINSICS:
        transactions, invalid = _apply_ready(runtime, ready, sum(map(len, inherents)), limits or AuthoringLimits())
    header = runtime.finalize_block()
    state = overlay.committed()
    if header.state_root != state.root:
        raise InvalidBlock("state root", header.state_root, state.root)
    return Proposal(Block(header, (*inherents, *transactions)), state, overlay, tuple(invalid))


def begin_block(
    runtime: RuntimeApi, parent: ImportedBlock, inherent_data: InherentData, digest: tuple[DigestItem, ...] = ()
) -> tuple[InclusionMode, list[bytes]]:
    """Begin a block in a runtime on the state of its parent: what may stand in it, and the inherents that do.

    Raises InvalidBlock where an inherent is refused.
    """
    mode = runtime.initialize_block(Header(parent.hash, parent.number + 1, _UNKNOWN, _UNKNOWN, digest))
    return mode, _apply_inherents(runtime, inherent_data)


def _apply_inherents(runtime: RuntimeApi, data: InherentData) -> list[bytes]:
    inherents = list(runtime.inherent_extrinsics(data))
    for index, inherent in enumerate(inherents):
        try:
            runtime.apply_extrinsic(inherent)
        except TransactionInvalid as error:
            raise InvalidBlock(f"inherent {index} is applied", actual=error) from error
    return inherents


def _apply_ready(
    runtime: RuntimeApi, ready: ReadyOrder, size: int, limits: AuthoringLimits
) -> tuple[list[bytes], list[Hash]]:
    """The extrinsics that are in the block now, and the hashes of those found invalid."""
    applied, invalid, skipped = list[bytes](), list[Hash](), 0
    while skipped <= limits.skipped and len(applied) != limits.extrinsics:
        transaction = next(ready, None)
        if transaction is None:
            break
        length = len(transaction.extrinsic)
        if size + length > limits.size:
            skipped += 1
            ready.skip_dependents()
            continue
        try:
            runtime.apply_extrinsic(transaction.extrinsic)
        except TransactionInvalid as error:
            ready.skip_dependents()
            if error.variant is Invalid.EXHAUSTS_RESOURCES:
                skipped += 1
            elif error.variant is not Invalid.FUTURE:  # it waits for something, which is no fault
                invalid.append(transaction.hash)
        else:
            applied.append(transaction.extrinsic)
            size += length
    return applied, invalid
