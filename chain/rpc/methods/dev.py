"""dev: control of a development chain, in chopsticks' dialect where it has the method.

Accounts are addresses, or `0x` and 64 digits; extrinsics have their length in front, as everywhere.
"""

from __future__ import annotations

import json

from chain.crypto.ss58 import GENERIC_PREFIX, encode
from chain.extrinsic import signer_of, with_length_prefix
from chain.node.control import Control, ControlError, require_count
from chain.primitives import U32, AccountId, Hash
from chain.rpc.context import Context, ServedRuntime
from chain.rpc.dev_parameters import MODES, BuildMode, CallAs, DryRun, Milliseconds, NewBlocks, Pending
from chain.rpc.errors import RpcError
from chain.rpc.extrinsics import extrinsic_of
from chain.rpc.parameters import Json
from chain.rpc.refusals import REFUSED, account_of, moment_of, pairs_of, refused
from chain.rpc.registry import unsafe
from chain.rpc.state_parts import StateParts
from chain.rpc.subscriptions import json_text
from chain.rpc.turns import JsonText, Turns, written_in_turns

# Blocks and time


@unsafe
def dev_newBlock(context: Context, options: NewBlocks | None = None) -> Hash:
    """Make blocks on the best one; the hash of the last.

    Chopsticks lets numbers jump to unsafeBlockHeight; here the blocks before it are made, too, without a transaction
    of the options. Asked for no block it makes one; here that is refused, as it is in Python.
    """
    asked, control = options or NewBlocks(), _control(context)
    transactions = [extrinsic_of(each) for each in asked.transactions or ()]
    count = 1 if asked.count is None else asked.count
    with refused():
        require_count(count)  # before any block is made on the way to a height
        if asked.unsafe_block_height is not None:
            control.go_to(asked.unsafe_block_height - 1)
        made = control.new_blocks(count, to=asked.to, transactions=transactions)
    return made[-1].hash


@unsafe
def dev_timeTravel(context: Context, date: str | int) -> int:
    """Let the next block have that time, milliseconds since 1970 or an ISO 8601 date (of UTC where it does not say);
    the time that it will have."""
    with refused():
        return _control(context).travel(date if isinstance(date, int) else moment_of(date))


@unsafe
def dev_setHead(context: Context, block: Hash | int) -> Hash:
    """Make a block, or that of a number, the best one; below zero a number counts back."""
    with refused():
        return _control(context).set_head(block)


@unsafe
def dev_setBlockBuildMode(context: Context, mode: BuildMode, interval: Milliseconds | None = None) -> None:
    """Make blocks in another way from now on; with that interval where there is one."""
    _control(context).set_mode(MODES[mode], interval)


# Going back


@unsafe
def dev_snapshot(context: Context) -> int:
    """Remember the node as it is; the number to go back by."""
    return _control(context).snapshot()


@unsafe
def dev_revert(context: Context, number: int) -> bool:
    """Go back to a snapshot, which stays; those taken since are forgotten."""
    with refused():
        _control(context).revert(number)
    return True


@unsafe
def dev_forgetSnapshot(context: Context, number: int) -> bool:
    """Let go of a snapshot; whether it was there."""
    return _control(context).forget(number)


# State


@unsafe
def dev_setStorage(context: Context, values: Json, block_hash: Hash | None = None, in_new_block: bool = False) -> Hash:
    """Write to the state after a block, or after a new block on it; the hash of the block.

    values: pairs of key and value, null to remove, or entries by pallet, item and key
    """
    with refused():
        if isinstance(values, dict):
            return _control(context).set_items(values, block_hash, in_new_block=in_new_block)
        return _control(context).set_storage(dict(pairs_of(values)), block_hash, in_new_block=in_new_block)


@unsafe
def dev_dumpState(
    context: Context, block_hash: Hash | None = None, readable: bool = False, part: U32 | None = None
) -> Turns[Json]:
    """The state after a block for dev_loadState: MessagePack, or an object whose entries say what they mean.

    part: of a state that is too large for one answer, from 0 on until there is none: its bytes, also of the text
    """
    control = _control(context)
    with refused():
        if part is not None:
            return (yield from _parts(context).dumped(control, block_hash, part, is_text=readable))
        if not readable:
            return (yield from control.dumping(block_hash))
        content = yield from control.described(block_hash)
    entries = yield from written_in_turns(content.pop("entries"))
    return JsonText(f'{json_text(content)[:-1]},"entries":{entries}}}')


@unsafe
def dev_loadState(
    context: Context, state: bytes | dict[str, Json], is_edited: bool = False, part: U32 = 0, parts: U32 = 1
) -> Json:
    """Put a dumped state in the place of that after the best block; its root, and the block after which it was so.

    isEdited: whether the entries may have another root than the dump says
    part, parts: where the state is too large for one request; null until the last part is there
    """
    data = state if isinstance(state, bytes) else json.dumps(state).encode()
    with refused():
        whole = _parts(context).come(data, part, parts)
        if whole is None:
            return None
        found = _control(context).load_dumped(whole, is_edited=is_edited)
    return {"stateRoot": found.state.root, "blockHash": found.block_hash, "blockNumber": found.block_number}


# Pending transactions


@unsafe
def dev_pendingTransactions(context: Context) -> Json:
    """The transactions that wait: the ready ones as an author takes them, then the others."""
    control = _control(context)
    ready = {each.hash for each in control.node.pool.ready()}
    return [
        {
            "hash": each.hash,
            "extrinsic": with_length_prefix(each.extrinsic),
            "isReady": each.hash in ready,
            "signer": _address(context, signer_of(each.extrinsic)),
        }
        for each in control.pending()
    ]


@unsafe
def dev_dropTransactions(context: Context, which: list[Hash | Pending] | Hash | Pending) -> list[Hash]:
    """Take transactions out of the pool, by hash or by account; the hashes of those that were there."""
    control, dropped = _control(context), list[Hash]()
    for each in which if isinstance(which, list) else [which]:
        name = each if isinstance(each, Pending) else Pending(hash=each)
        if name.account is not None:
            with refused():
                dropped += control.drop_of(account_of(name.account))
        elif name.hash is not None and control.drop(name.hash):
            dropped.append(name.hash)
    return dropped


@unsafe
def dev_replaceTransaction(context: Context, transaction_hash: Hash, extrinsic: bytes) -> Hash:
    """Put an extrinsic in the place of a transaction that waits; its hash."""
    with refused():
        return _control(context).replace(transaction_hash, extrinsic_of(extrinsic))


# Acting for others


@unsafe
def dev_impersonate(context: Context, account: str | None = None) -> bool:
    """Let fake signatures of an account pass, 0xdeadbeef and then 0xcd; of everybody where none is given."""
    with refused():
        _control(context).impersonate(None if account is None else account_of(account))
    return True


@unsafe
def dev_stopImpersonating(context: Context, account: str | None = None) -> bool:
    """Let them pass no more; what waits because of them is dropped."""
    with refused():
        _control(context).stop_impersonating(None if account is None else account_of(account))
    return True


# Trying out


@unsafe
def dev_dryRun(context: Context, options: DryRun) -> Json:
    """What an extrinsic, or a call in somebody's name, would do in the next block; nothing is kept.

    Refused, with what the pool would say as data, where the extrinsic may not stand in a block at all.
    """
    from chain.rpc.trials import dry_run_answer, page_answer, raw_answer, told_by  # with all of chain.metadata

    control, asked = _control(context), options.extrinsic
    with refused():
        if isinstance(asked, CallAs):
            extrinsic = control.signed_as(account_of(asked.address), asked.call)
        else:
            extrinsic = extrinsic_of(asked)
        found = control.try_extrinsic(extrinsic, options.at)
    if found.refused is not None:
        raise RpcError(REFUSED, f"Error: {found.refused}", f"{found.refused.kind}.{found.refused.name}")
    if options.raw:
        return raw_answer(found)
    told = told_by(context.runtime(options.at))
    return page_answer(told, found) if options.html else dry_run_answer(told, found)


@unsafe
def dev_replayBlock(context: Context, block: Hash | int) -> Json:
    """What a block does when it is executed again: its root, events and changes, and the rule that it breaks."""
    from chain.rpc.trials import replay_answer, told_by  # with all of chain.metadata

    control = _control(context)
    with refused():
        known = context.block(block if isinstance(block, bytes) else _hash_of(context, block))
        found = control.execute_again(known.hash)
    return replay_answer(told_by(context.runtime(known.header.parent_hash)), found, known.header.state_root)


@unsafe
def dev_blockNotes(context: Context, block_hash: Hash | None = None) -> Json:
    """What was done to a block that no protocol knows of."""
    notes = _control(context).notes(block_hash)
    return {
        "isGenuine": notes.is_genuine,
        "isOverridden": notes.is_overridden,
        "isMarked": notes.is_marked,
        "impersonated": [_address(context, each) for each in notes.impersonated],
    }


def _control(context: Context) -> Control[ServedRuntime]:
    return context.service(Control)


def _parts(context: Context) -> StateParts:
    return context.services.shared(StateParts, StateParts)


def _hash_of(context: Context, number: int) -> Hash:
    found = context.node.chain.hash_of(number) if number >= 0 else None
    if found is None:
        raise ControlError(f"the best chain has no block {number}; it ends at {context.node.best.number}")
    return found


def _address(context: Context, account: AccountId | None) -> str | None:
    prefix = context.chain.properties.get("ss58Format")
    return None if account is None else encode(account, prefix if isinstance(prefix, int) else GENERIC_PREFIX)
