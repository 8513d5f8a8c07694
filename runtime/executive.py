"""The life of a block (frame_executive): initialize, inherents, transactions, finalize; and its re-execution.

The order of hooks is that of polkadot-sdk. Simplified against it: no multi-block migrations and no `on_poll` yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from chain.block import Block, DigestItem, Header, PreRuntime
from chain.extrinsic import BARE, encode_bare, with_length_prefix
from chain.primitives import Hash
from chain.runtime_api import OffchainNode, ValidTransaction
from chain.validity import Invalid, InvalidBlock, InvalidTransaction, TransactionInvalid
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.origin import NO_ORIGIN, Signed
from pallets.frame.weight import NO_WEIGHT, DispatchClass, DispatchInfo, PostDispatchInfo, Weight
from pallets.system.types import LastRuntimeUpgradeInfo
from runtime.checked import CheckedExtrinsic, CheckedInherent, check
from runtime.extensions.weight import CheckWeight
from runtime.parts import RuntimeParts

_PAID = PostDispatchInfo()


def initialize_block(runtime: RuntimeParts, header: Header) -> None:
    """Begin a block: migrations if the runtime is new, then System, then every pallet's `on_initialize`."""
    system, limits = runtime.system, runtime.system.config.block_weights
    system.reset_events()  # first, so that what migrations tell survives into the block
    used = _migrate(runtime)
    digest: list[DigestItem] = [item for item in header.digest if isinstance(item, PreRuntime)]
    system.initialize(header.number, header.parent_hash, digest)
    used = used + runtime.on_initialize(header.number) + limits.base_block
    system.block_weight.mutate(lambda before: before.plus(used, DispatchClass.MANDATORY))
    system.note_finished_initialize()


def _migrate(runtime: RuntimeParts) -> Weight:
    system = runtime.system
    version = LastRuntimeUpgradeInfo(runtime.version.spec_version, runtime.version.spec_name)
    if system.last_runtime_upgrade.get() == version:
        return Weight()
    system.last_runtime_upgrade.put(version)
    used = Weight()
    for pallet in runtime.with_hook("on_runtime_upgrade"):
        used = used + pallet.on_runtime_upgrade()
    return used


def inherent_extrinsics(runtime: RuntimeParts, data: Mapping[bytes, bytes]) -> list[bytes]:
    """The inherents that the pallets make of `data`, in pallet order."""
    made = (pallet.create_inherent(data) for pallet in runtime.pallets)
    return [encode_bare(call.encode()) for call in made if call is not None]


def apply_extrinsic(runtime: RuntimeParts, extrinsic: bytes) -> DispatchFailure | None:
    """Apply one extrinsic (without length prefix); None where it succeeded, else why its call failed.

    Raises TransactionInvalid, and changes nothing, where it may not stand in this block at all.
    """
    checked = check(runtime, extrinsic)
    storage = runtime.storage
    storage.begin()
    try:  # `storage.transaction()` in line: it costs every extrinsic three calls more
        runtime.system.note_extrinsic(with_length_prefix(extrinsic))
        if isinstance(checked, CheckedInherent):
            failure = _apply_inherent(runtime, checked)
        else:
            failure = _apply_signed(runtime, checked)
    except BaseException:
        storage.rollback()
        raise
    storage.commit()
    return failure


def _apply_signed(runtime: RuntimeParts, checked: CheckedExtrinsic) -> DispatchFailure | None:
    transaction, extensions = checked.transaction, runtime.extensions
    found = extensions.check(checked.explicit, transaction)
    carried = extensions.prepare(checked.explicit, found, transaction)
    failure, post = None, _PAID
    try:
        post = _with_extensions(runtime.dispatch(transaction.call, Signed(transaction.who)), transaction.info)
    except DispatchError as error:  # the fee stays paid even when the call fails
        failure = runtime.failure_of(error)
    extensions.post_dispatch(carried, transaction, post)
    if failure is not None and transaction.info.dispatch_class is DispatchClass.MANDATORY:
        raise InvalidTransaction(Invalid.BAD_MANDATORY)
    runtime.system.note_applied_extrinsic(failure, transaction.info, post)
    return failure


def _with_extensions(post: PostDispatchInfo, info: DispatchInfo) -> PostDispatchInfo:
    """What a call says it used, and what its extensions use besides."""
    if post.actual_weight is None or info.extension_weight == NO_WEIGHT:
        return post
    return PostDispatchInfo(post.actual_weight + info.extension_weight, post.pays_fee)


def _apply_inherent(runtime: RuntimeParts, checked: CheckedInherent) -> DispatchFailure | None:
    weight = CheckWeight(runtime.system)
    weight.take(checked.info, checked.length)
    try:
        post = runtime.dispatch(checked.call, NO_ORIGIN)
    except DispatchError as error:
        raise InvalidTransaction(Invalid.BAD_MANDATORY) from error
    weight.give_back(checked.info, post)
    runtime.system.note_applied_extrinsic(None, checked.info, post)
    return None


def finalize_block(runtime: RuntimeParts) -> Header:
    """End the block: idle work in the weight that is left, every pallet's `on_finalize`, then the header."""
    system = runtime.system
    system.note_finished_extrinsics()
    now, whole = system.number.get(), system.config.block_weights.max_block
    remaining = whole - system.block_weight.get().total()
    if remaining.ref_time and remaining.proof_size:
        used = runtime.on_idle(now, remaining)
        if used != Weight():
            system.block_weight.mutate(lambda before: before.plus(used, DispatchClass.MANDATORY))
    runtime.on_finalize(now)
    return system.finalize()


def execute_block(runtime: RuntimeParts, block: Block) -> None:
    """Apply a block to the runtime's storage, the state of its parent.

    Raises InvalidBlock: an extrinsic may not stand there, or the header differs from what execution produced.
    """
    header = block.header.unsealed
    _require_successor(runtime, header)
    initialize_block(runtime, header)
    transactions_began = False
    for position, extrinsic in enumerate(block.extrinsics):
        is_inherent = extrinsic[:1] == bytes((BARE,))
        if is_inherent and transactions_began:
            raise InvalidBlock(f"inherents come first, extrinsic {position} is one after a transaction")
        transactions_began = transactions_began or not is_inherent
        try:
            apply_extrinsic(runtime, extrinsic)
        except TransactionInvalid as error:
            raise InvalidBlock(f"extrinsic {position} is valid: {error}") from error
    produced = finalize_block(runtime)
    _require_equal("extrinsics root", header.extrinsics_root, produced.extrinsics_root)
    _require_equal("digest", header.digest, produced.digest)
    _require_equal("state root", header.state_root, produced.state_root)


def _require_successor(runtime: RuntimeParts, header: Header) -> None:
    system = runtime.system
    parent_number = system.number.get()
    _require_equal("number", parent_number + 1, header.number)
    if parent_number:  # block zero's hash is not in the state that it names
        return
    genesis = system.block_hash.get(0)
    if genesis != system.parent_hash.get():
        _require_equal("parent hash", genesis, header.parent_hash)


def _require_equal(rule: str, expected: object, actual: object) -> None:
    if expected != actual:
        raise InvalidBlock(rule, expected=expected, actual=actual)


def validate_transaction(runtime: RuntimeParts, extrinsic: bytes, block_hash: Hash) -> ValidTransaction:
    """Whether a pool may keep the extrinsic for the block after `block_hash`; raises TransactionInvalid."""
    with in_next_block(runtime, block_hash):
        checked = check(runtime, extrinsic)
        if isinstance(checked, CheckedInherent):
            raise InvalidTransaction(Invalid.MANDATORY_VALIDATION)
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


def offchain_worker(runtime: RuntimeParts, header: Header, node: OffchainNode) -> None:
    """Run every pallet's worker on the state after the block of `header`, which knows its own hash by now."""
    runtime.system.block_hash.insert(header.number, header.hash)
    runtime.offchain_workers(header.number, node)
