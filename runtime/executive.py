"""The life of a block (frame_executive): initialize, inherents, transactions, finalize; and its re-execution.

The order of hooks and what is charged for them are those of polkadot-sdk. What a transaction meets on its way to its
call is in `bare` and `general` for those that nobody signed; runtime upgrades are in `upgrade`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Final

from chain.block import Block, DigestItem, Header, PreRuntime
from chain.extrinsic import with_length_prefix
from chain.offchain.hook import WorkerHook
from chain.primitives import Hash
from chain.runtime_api import InclusionMode, OffchainNode, TransactionSource, Validate, ValidTransaction
from chain.state.overlay import Overlay
from chain.validity import Invalid, InvalidBlock, InvalidTransaction, TransactionInvalid
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.layout import storage_prefix
from pallets.frame.origin import Signed
from pallets.frame.weight import NO_WEIGHT, DispatchClass, DispatchInfo, PostDispatchInfo, Weight
from pallets.frame.weight_meter import WeightMeter
from runtime.bare import apply_bare, validate_bare
from runtime.checked import Checked, CheckedBare, CheckedExtrinsic, CheckedGeneral, Unproven, check, proven, read
from runtime.general import apply_general, validate_general
from runtime.inherents import inherents_first, is_inherent_call
from runtime.parts import RuntimeParts
from runtime.upgrade import migrate

_INHERENTS_APPLIED: Final = storage_prefix("System", "InherentsApplied")
"""Looked at before every extrinsic, so without the item's own steps."""


def initialize_block(runtime: RuntimeParts, header: Header) -> InclusionMode:
    """Begin a block: migrations if the runtime is new, then System, then every pallet's `on_initialize`.

    What may stand in the block: no transactions while a migration over many blocks is under way.
    """
    system, limits = runtime.system, runtime.system.config.block_weights
    system.reset_events()  # first, so that what migrations tell survives into the block
    used = migrate(runtime)  # System still has the block before as its number
    digest: list[DigestItem] = [item for item in header.digest if isinstance(item, PreRuntime)]
    system.initialize(header.number, header.parent_hash, digest)
    _register(runtime, used + runtime.on_initialize(header.number) + limits.base_block)
    system.note_finished_initialize()
    runtime.pre_inherents()
    return InclusionMode.ONLY_INHERENTS if runtime.is_migrating() else InclusionMode.ALL_EXTRINSICS


def _register(runtime: RuntimeParts, used: Weight) -> None:
    """Charge weight that was used, whether or not the block has room for it."""
    if used != NO_WEIGHT:
        runtime.system.block_weight.mutate(lambda before: before.plus(used, DispatchClass.MANDATORY))


def _remaining(runtime: RuntimeParts) -> Weight | None:
    """The weight that the block has left; None where one dimension has none."""
    remaining = runtime.system.config.block_weights.max_block - runtime.system.block_weight.get().total()
    return remaining if remaining.ref_time and remaining.proof_size else None


def _end_inherents(runtime: RuntimeParts) -> None:
    """Between inherents and transactions: a step of a migration over many blocks, or every pallet's `on_poll`."""
    runtime.system.inherents_applied.put(True)
    runtime.post_inherents()
    migrator = runtime.multi_block_migrator
    if migrator is not None and migrator.ongoing():
        _register(runtime, migrator.step())
        return
    remaining = _remaining(runtime)
    if remaining is not None:
        meter = WeightMeter(remaining)
        runtime.on_poll(runtime.system.number.get(), meter)
        _register(runtime, meter.consumed)


def apply_extrinsic(runtime: RuntimeParts, extrinsic: bytes) -> DispatchFailure | None:
    """Apply one extrinsic (without length prefix); None where it succeeded, else why its call failed.

    Raises TransactionInvalid, and changes nothing, where it may not stand in this block at all.
    """
    checked, storage, outer = check(runtime, extrinsic), runtime.storage, runtime.outer_transactions
    with storage.transaction():
        runtime.outer_transactions = storage.depth
        try:
            return _apply(runtime, extrinsic, checked)
        finally:
            runtime.outer_transactions = outer


def _apply(runtime: RuntimeParts, extrinsic: bytes, checked: Checked) -> DispatchFailure | None:
    """Apply an extrinsic that was read; raises TransactionInvalid, what was written by then being written."""
    storage = runtime.storage
    is_noted = type(storage.latest(_INHERENTS_APPLIED)) is bytes or storage.get(_INHERENTS_APPLIED) is not None
    if not is_noted and _ends_inherents(runtime, checked):
        _end_inherents(runtime)
    runtime.system.note_extrinsic(with_length_prefix(extrinsic))
    if isinstance(checked, CheckedExtrinsic):
        return _apply_signed(runtime, checked)
    if isinstance(checked, CheckedBare):
        return apply_bare(runtime, checked)
    return apply_general(runtime, checked)


def _ends_inherents(runtime: RuntimeParts, checked: Checked) -> bool:
    is_inherent = isinstance(checked, CheckedBare) and is_inherent_call(runtime, checked.call)
    return runtime.notes_inherents and not is_inherent


def _apply_signed(runtime: RuntimeParts, checked: CheckedExtrinsic) -> DispatchFailure | None:
    transaction, extensions = checked.transaction, runtime.extensions
    found = extensions.check(checked.explicit, transaction)
    carried = extensions.prepare(checked.explicit, found, transaction)
    failure = None
    try:
        post = _with_extensions(runtime.dispatch(transaction.call, Signed(transaction.who)), transaction.info)
    except DispatchError as error:  # the fee stays paid even when the call fails
        failure = runtime.failure_of(error)
        post = _with_extensions(error.post_info, transaction.info)
    post = extensions.post_dispatch(carried, transaction, post)
    if failure is not None and transaction.info.dispatch_class is DispatchClass.MANDATORY:
        raise InvalidTransaction(Invalid.BAD_MANDATORY)
    runtime.system.note_applied_extrinsic(failure, transaction.info, post)
    return failure


def _with_extensions(post: PostDispatchInfo, info: DispatchInfo) -> PostDispatchInfo:
    """What a call says it used, and what its extensions use besides."""
    if post.actual_weight is None or info.extension_weight == NO_WEIGHT:
        return post
    return PostDispatchInfo(post.actual_weight + info.extension_weight, post.pays_fee)


def finalize_block(runtime: RuntimeParts) -> Header:
    """End the block: idle work in the weight that is left, every pallet's `on_finalize`, then the header."""
    system = runtime.system
    if runtime.notes_inherents and not system.inherents_applied.get():
        _end_inherents(runtime)  # there was no transaction to do it
    system.note_finished_extrinsics()
    runtime.post_transactions()
    now = system.number.get()
    remaining = None if runtime.is_migrating() else _remaining(runtime)
    if remaining is not None:
        _register(runtime, runtime.on_idle(now, remaining))
    runtime.on_finalize(now)
    return system.finalize()


def execute_block(runtime: RuntimeParts, block: Block) -> None:
    """Apply a block to the runtime's storage, the state of its parent.

    Raises InvalidBlock: an extrinsic may not stand there, or the header differs from what execution produced. What
    was written by then is of no use: nothing takes back single extrinsics of a block that is whole or nothing.
    """
    header = block.header.unsealed
    _require_successor(runtime, header)
    mode = initialize_block(runtime, header)
    inherents = inherents_first(runtime, block)
    if mode is InclusionMode.ONLY_INHERENTS and len(block.extrinsics) > inherents:
        raise InvalidBlock("only inherents stand in a block while a migration is under way")
    with closing(_verdicts(runtime, block)) as verdicts:
        for position, (extrinsic, verdict) in enumerate(zip(block.extrinsics, verdicts, strict=True)):
            try:
                if isinstance(verdict, TransactionInvalid):
                    raise verdict
                _apply(runtime, extrinsic, verdict)
            except TransactionInvalid as error:
                raise InvalidBlock(f"extrinsic {position} is valid: {error}") from error
    produced = finalize_block(runtime)
    _require_equal("extrinsics root", header.extrinsics_root, produced.extrinsics_root)
    _require_equal("digest", header.digest, produced.digest)
    _require_equal("state root", header.state_root, produced.state_root)


def _verdicts(runtime: RuntimeParts, block: Block) -> Generator[Checked | TransactionInvalid, None, None]:
    """What `check` says of each extrinsic; why one may not stand there is told in its turn.

    All are read first, so that signatures are verified many at a time.
    """
    found: list[Checked | Unproven | TransactionInvalid] = []
    implicit = runtime.extensions.implicit_at_once()
    for extrinsic in block.extrinsics:
        try:
            found.append(read(runtime, extrinsic, implicit))
        except TransactionInvalid as error:
            found.append(error)
    are_good = runtime.signatures.verdicts([each.claim for each in found if isinstance(each, Unproven)])
    for each in found:
        if not isinstance(each, Unproven):
            yield each
        elif next(are_good):
            yield proven(runtime, each)
        else:
            yield InvalidTransaction(Invalid.BAD_PROOF)


def _require_successor(runtime: RuntimeParts, header: Header) -> None:
    system = runtime.system

    def before(key: bytes, absent: bytes) -> bytes:
        # no trace has it: an author does not look here, and whoever measures proofs is to measure the author's
        found = Overlay.get(runtime.storage, key)
        return absent if found is None else found

    parent_number = int.from_bytes(before(system.number.storage_key(), b""), "little")
    _require_equal("number", parent_number + 1, header.number)
    if parent_number:  # block zero's hash is not in the state that it names
        return
    genesis = before(system.block_hash.storage_key(0), bytes(32))
    if genesis != before(system.parent_hash.storage_key(), bytes(32)):
        _require_equal("parent hash", genesis, header.parent_hash)


def _require_equal(rule: str, expected: object, actual: object) -> None:
    if expected != actual:
        raise InvalidBlock(rule, expected=expected, actual=actual)


def validate_transaction(
    runtime: RuntimeParts, source: TransactionSource, extrinsic: bytes, block_hash: Hash
) -> ValidTransaction:
    """Whether a pool may keep the extrinsic for the block after `block_hash`; raises TransactionInvalid."""
    with in_next_block(runtime, block_hash):
        return _validity(runtime, source, extrinsic)


def validating(runtime: RuntimeParts, block_hash: Hash) -> Validate:
    """What validates transactions for one and the same block, which begins in this runtime's storage and never ends."""
    storage = runtime.storage
    storage.begin()
    runtime.system.initialize(runtime.system.number.get() + 1, block_hash, [])

    def validate(source: TransactionSource, extrinsic: bytes, /) -> ValidTransaction:
        storage.begin()
        try:
            return _validity(runtime, source, extrinsic)
        finally:
            storage.rollback()

    return validate


def _validity(runtime: RuntimeParts, source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
    checked = check(runtime, extrinsic)
    info = checked.transaction.info if isinstance(checked, CheckedExtrinsic) else checked.info
    if info.dispatch_class is DispatchClass.MANDATORY:
        raise InvalidTransaction(Invalid.MANDATORY_VALIDATION)
    if isinstance(checked, CheckedBare):
        return validate_bare(runtime, source, checked)
    if isinstance(checked, CheckedGeneral):
        return validate_general(runtime, source, checked)
    found = runtime.extensions.check(checked.explicit, checked.transaction)
    return runtime.extensions.validity(checked.explicit, found, checked.transaction)


@contextmanager
def in_next_block(runtime: RuntimeParts, block_hash: Hash) -> Iterator[None]:
    """The state as a transaction of the next block will find it; taken back at the end."""
    runtime.storage.begin()
    try:
        runtime.system.initialize(runtime.system.number.get() + 1, block_hash, [])
        yield
    finally:
        runtime.storage.rollback()


def run_worker(runtime: RuntimeParts, hook: WorkerHook, header: Header, node: OffchainNode) -> None:
    """Run a pallet's worker on the state after the block of `header`, which knows its own hash by now."""
    runtime.system.block_hash.insert(header.number, header.hash)
    runtime.run_worker_of(hook, header.number, node)
