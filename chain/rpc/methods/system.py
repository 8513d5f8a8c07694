"""system: what the chain and the node are called, how they are, and what an account's next nonce is."""

from __future__ import annotations

from chain.block import Header
from chain.crypto.hashing import blake2_256
from chain.crypto.ss58 import AddressError, account_of, encode
from chain.extrinsic import with_length_prefix, without_length_prefix
from chain.primitives import AccountId, Hash
from chain.rpc.context import Context
from chain.rpc.errors import RpcError, bad_input, invalid_params
from chain.rpc.hexadecimal import read_fixed_hex
from chain.rpc.parameters import Json
from chain.rpc.registry import unsafe
from chain.scale import DecodeError

ALIASES = {"account_nextIndex": "system_accountNextIndex", "system_dryRunAt": "system_dryRun"}

RUNTIME_ERROR, UNDECODABLE = 1, 2

APPLY = "BlockBuilder_apply_extrinsic"

_UNKNOWN = Hash(bytes(32))


def system_name(context: Context) -> str:
    """The program."""
    return context.chain.implementation


def system_version(context: Context) -> str:
    """The program's version."""
    return context.chain.version


def system_chain(context: Context) -> str:
    """The chain."""
    return context.chain.name


def system_chainType(context: Context) -> str:
    """Development, Local or Live."""
    return context.chain.chain_type


def system_properties(context: Context) -> Json:
    """What wallets show amounts and addresses with."""
    return dict(context.chain.properties)


def system_health(_context: Context) -> Json:
    """Whether the node has the chain that others have."""
    return {"peers": 0, "isSyncing": False, "shouldHavePeers": False}


def system_syncState(context: Context) -> Json:
    """Block numbers: where the node began, where it is, where its peers are."""
    number = context.node.best.number
    return {"startingBlock": 0, "currentBlock": number, "highestBlock": number}


def system_nodeRoles(_context: Context) -> Json:
    """What the node does."""
    return ["Authority"]


@unsafe
def system_peers(_context: Context) -> Json:
    """The nodes that this one is connected to."""
    return []


def system_reservedPeers(_context: Context) -> Json:
    """The nodes that this one keeps a place for."""
    return []


def system_localPeerId(context: Context) -> str:
    """What the node would be called among peers: it has none, so a name made of the chain's."""
    return encode(blake2_256(context.node.chain.genesis.hash))


def system_localListenAddresses(_context: Context) -> Json:
    """Where peers would reach the node."""
    return []


def system_accountNextIndex(context: Context, account: str) -> int:
    """The nonce that the account's next transaction should have, after those that wait in the pool."""
    return context.node.next_nonce(_account(account))


@unsafe
def system_dryRun(context: Context, extrinsic: bytes, at: Hash | None = None) -> bytes:
    """How an extrinsic would end in the block after this one, an encoded ApplyExtrinsicResult; nothing is kept."""
    try:
        bare = without_length_prefix(extrinsic)
    except DecodeError as error:
        raise RpcError(UNDECODABLE, "Unable to dry run extrinsic", str(error)) from None
    block, runtime = context.block(at), context.runtime(at)
    runtime.initialize_block(Header(block.hash, block.number + 1, _UNKNOWN, _UNKNOWN, ()))
    try:
        return runtime.call(APPLY, with_length_prefix(bare))
    except DecodeError as error:
        raise RpcError(RUNTIME_ERROR, "Unable to dry run extrinsic.", bad_input(APPLY, error).message) from None


def _account(text: str) -> AccountId:
    try:
        return AccountId(read_fixed_hex(text, 32)) if text.startswith("0x") else account_of(text)
    except (AddressError, ValueError) as error:
        raise invalid_params(f"parameter 1, account: {error}") from None
