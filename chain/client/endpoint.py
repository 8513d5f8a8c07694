"""What a client needs of a node, as values instead of JSON: blocks, state, and a way to submit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chain.block import Block, DigestItem, Header
from chain.client.errors import BadAnswer
from chain.client.json_rpc import JsonRpc
from chain.crypto.ss58 import encode
from chain.extrinsic import with_length_prefix, without_length_prefix
from chain.primitives import AccountId, Hash
from chain.record import record
from chain.rpc.hexadecimal import read_hex, read_number
from chain.rpc.parameters import Json
from chain.scale import DecodeError, codec_of

PAGE: Final = 1000
"""Keys that nodes give at a time (state_getKeysPaged)."""

VALUES: Final = 250
"""Keys whose values are asked for at a time."""


@record
class Version:
    """Which runtime it is, as far as signatures and codecs depend on it."""

    spec_name: str
    spec_version: int
    transaction_version: int


class Endpoint:
    """A node, asked by the legacy JSON-RPC methods, which every Substrate node has.

    Each method raises RequestRefused, NotConnected, and BadAnswer where the node answers something else.
    """

    def __init__(self, rpc: JsonRpc) -> None:
        self.rpc = rpc

    def chain(self) -> str:
        """What the chain is called."""
        return str(self.rpc("system_chain"))

    def properties(self) -> Mapping[str, Json]:
        """What wallets show amounts and addresses with."""
        found = self.rpc("system_properties")
        return found if isinstance(found, dict) else {}

    def block_hash(self, number: int | None = None) -> Hash | None:
        """The hash of the best chain's block of that number, of the best block by default."""
        params = () if number is None else (number,)
        found = self.rpc("chain_getBlockHash", *params)
        return None if found is None else _hash("chain_getBlockHash", found)

    def finalized(self) -> Hash:
        """The hash of the block that was finalized last."""
        return _hash("chain_getFinalizedHead", self.rpc("chain_getFinalizedHead"))

    def header(self, block_hash: Hash) -> Header | None:
        """The header of a block."""
        found = self.rpc("chain_getHeader", block_hash)
        return None if found is None else _header("chain_getHeader", found)

    def block(self, block_hash: Hash) -> Block | None:
        """A block."""
        method = "chain_getBlock"
        found = self.rpc(method, block_hash)
        if found is None:
            return None
        content = _member(method, found, "block")
        extrinsics = _list(method, _member(method, content, "extrinsics"))
        header = _header(method, _member(method, content, "header"))
        return Block(header, tuple(_extrinsic(method, each) for each in extrinsics))

    def value(self, key: bytes, at: Hash) -> bytes | None:
        """A value of the state after a block."""
        found = self.rpc("state_getStorage", key, at)
        return None if found is None else _bytes("state_getStorage", found)

    def values(self, keys: Sequence[bytes], at: Hash) -> Iterator[bytes | None]:
        """Values of the state after a block, in the order of the keys."""
        method = "state_queryStorageAt"
        for start in range(0, len(keys), VALUES):
            page = list(keys[start : start + VALUES])
            found = dict[bytes, bytes | None]()
            for changes in _list(method, self.rpc(method, page, at)):
                for change in _list(method, _member(method, changes, "changes")):
                    key, value = _pair(method, change)
                    found[_bytes(method, key)] = None if value is None else _bytes(method, value)
            yield from (found.get(key) for key in page)

    def keys(self, prefix: bytes, at: Hash) -> Iterator[bytes]:
        """The keys of the state after a block that begin so, in ascending order."""
        method, last = "state_getKeysPaged", prefix
        while True:
            page = [_bytes(method, each) for each in _list(method, self.rpc(method, prefix, PAGE, last, at))]
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1]

    def call(self, name: str, data: bytes, at: Hash) -> bytes:
        """The encoded answer of a runtime API's method on the state after a block."""
        return _bytes("state_call", self.rpc("state_call", name, data, at))

    def metadata_v14(self, at: Hash) -> bytes:
        """The metadata that every node has."""
        return _bytes("state_getMetadata", self.rpc("state_getMetadata", at))

    def version(self, at: Hash) -> Version:
        """Which runtime the state after a block is for."""
        method = "state_getRuntimeVersion"
        found = self.rpc(method, at)
        spec, transaction = (_member(method, found, each) for each in ("specVersion", "transactionVersion"))
        if not isinstance(spec, int) or not isinstance(transaction, int):
            raise BadAnswer(method, "the versions are no numbers")
        return Version(str(_member(method, found, "specName")), spec, transaction)

    def next_nonce(self, account: AccountId) -> int:
        """The nonce after those that wait in the pool."""
        method = "system_accountNextIndex"
        found = self.rpc(method, encode(account))
        if not isinstance(found, int):
            raise BadAnswer(method, "the nonce is no number")
        return found

    def submit(self, extrinsic: bytes) -> Hash:
        """Hand an extrinsic (without length prefix) to the pool; raises TransactionRefused."""
        found = self.rpc("author_submitExtrinsic", with_length_prefix(extrinsic))
        return _hash("author_submitExtrinsic", found)

    def pending(self) -> list[bytes]:
        """The ready transactions, without length prefix."""
        method = "author_pendingExtrinsics"
        return [_extrinsic(method, each) for each in _list(method, self.rpc(method))]

    def new_block(self) -> Hash:
        """Have a development node make a block of what is ready."""
        method = "engine_createBlock"
        is_empty_allowed, is_finalized = True, False
        return _hash(method, _member(method, self.rpc(method, is_empty_allowed, is_finalized), "hash"))


def _bytes(method: str, found: Json) -> bytes:
    if isinstance(found, str) and found.startswith("0x"):
        try:
            return read_hex(found)
        except ValueError as error:
            raise BadAnswer(method, str(error)) from None
    raise BadAnswer(method, f"{found!r} is no bytes: 0x and hexadecimal digits")


def _hash(method: str, found: Json) -> Hash:
    data = _bytes(method, found)
    if len(data) != 32:
        raise BadAnswer(method, f"a hash has 32 bytes, not {len(data)}")
    return Hash(data)


def _extrinsic(method: str, found: Json) -> bytes:
    try:
        return without_length_prefix(_bytes(method, found))
    except DecodeError as error:
        raise BadAnswer(method, str(error)) from None


def _header(method: str, found: Json) -> Header:
    number = _member(method, found, "number")
    logs = _list(method, _member(method, _member(method, found, "digest"), "logs"))
    try:
        return Header(
            parent_hash=_hash(method, _member(method, found, "parentHash")),
            number=read_number(number if isinstance(number, str) else ""),
            state_root=_hash(method, _member(method, found, "stateRoot")),
            extrinsics_root=_hash(method, _member(method, found, "extrinsicsRoot")),
            digest=tuple(codec_of(DigestItem).decode(_bytes(method, each)) for each in logs),
        )
    except BadAnswer:
        raise
    except ValueError as error:
        raise BadAnswer(method, str(error)) from None


def _member(method: str, found: Json, name: str) -> Json:
    if not isinstance(found, dict) or name not in found:
        raise BadAnswer(method, f"the answer has no {name}")
    return found[name]


def _list(method: str, found: Json) -> list[Json]:
    if not isinstance(found, list):
        raise BadAnswer(method, "the answer is no list where there should be one")
    return found


def _pair(method: str, found: Json) -> tuple[Json, Json]:
    items = _list(method, found)
    if len(items) != 2:
        raise BadAnswer(method, "a change is no pair of key and value")
    return items[0], items[1]
