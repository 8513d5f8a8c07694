"""What a client needs of a node, as values instead of JSON: blocks, state, and a way to submit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chain.block import Block, DigestItem, Header
from chain.client.answers import bytes_of, extrinsic_of, hash_of, list_of, member, pair_of
from chain.client.errors import BadAnswer
from chain.client.json_rpc import JsonRpc
from chain.crypto.ss58 import encode
from chain.extrinsic import with_length_prefix
from chain.primitives import AccountId, Hash
from chain.record import record
from chain.rpc.hexadecimal import read_number
from chain.rpc.parameters import Json
from chain.scale import codec_of

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
        return None if found is None else hash_of("chain_getBlockHash", found)

    def finalized(self) -> Hash:
        """The hash of the block that was finalized last."""
        return hash_of("chain_getFinalizedHead", self.rpc("chain_getFinalizedHead"))

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
        content = member(method, found, "block")
        extrinsics = list_of(method, member(method, content, "extrinsics"))
        header = _header(method, member(method, content, "header"))
        return Block(header, tuple(extrinsic_of(method, each) for each in extrinsics))

    def value(self, key: bytes, at: Hash) -> bytes | None:
        """A value of the state after a block."""
        found = self.rpc("state_getStorage", key, at)
        return None if found is None else bytes_of("state_getStorage", found)

    def values(self, keys: Sequence[bytes], at: Hash) -> Iterator[bytes | None]:
        """Values of the state after a block, in the order of the keys."""
        method = "state_queryStorageAt"
        for start in range(0, len(keys), VALUES):
            page = list(keys[start : start + VALUES])
            found = dict[bytes, bytes | None]()
            for changes in list_of(method, self.rpc(method, page, at)):
                for change in list_of(method, member(method, changes, "changes")):
                    key, value = pair_of(method, change)
                    found[bytes_of(method, key)] = None if value is None else bytes_of(method, value)
            yield from (found.get(key) for key in page)

    def keys(self, prefix: bytes, at: Hash) -> Iterator[bytes]:
        """The keys of the state after a block that begin so, in ascending order."""
        method, last = "state_getKeysPaged", prefix
        while True:
            page = [bytes_of(method, each) for each in list_of(method, self.rpc(method, prefix, PAGE, last, at))]
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1]

    def call(self, name: str, data: bytes, at: Hash) -> bytes:
        """The encoded answer of a runtime API's method on the state after a block."""
        return bytes_of("state_call", self.rpc("state_call", name, data, at))

    def metadata_v14(self, at: Hash) -> bytes:
        """The metadata that every node has."""
        return bytes_of("state_getMetadata", self.rpc("state_getMetadata", at))

    def version(self, at: Hash) -> Version:
        """Which runtime the state after a block is for."""
        method = "state_getRuntimeVersion"
        found = self.rpc(method, at)
        spec, transaction = (member(method, found, each) for each in ("specVersion", "transactionVersion"))
        if not isinstance(spec, int) or not isinstance(transaction, int):
            raise BadAnswer(method, "the versions are no numbers")
        return Version(str(member(method, found, "specName")), spec, transaction)

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
        return hash_of("author_submitExtrinsic", found)

    def pending(self) -> list[bytes]:
        """The ready transactions, without length prefix."""
        method = "author_pendingExtrinsics"
        return [extrinsic_of(method, each) for each in list_of(method, self.rpc(method))]

    def new_block(self) -> Hash:
        """Have a development node make a block of what is ready."""
        method = "engine_createBlock"
        is_empty_allowed, is_finalized = True, False
        return hash_of(method, member(method, self.rpc(method, is_empty_allowed, is_finalized), "hash"))


def _header(method: str, found: Json) -> Header:
    number = member(method, found, "number")
    logs = list_of(method, member(method, member(method, found, "digest"), "logs"))
    try:
        return Header(
            parent_hash=hash_of(method, member(method, found, "parentHash")),
            number=read_number(number if isinstance(number, str) else ""),
            state_root=hash_of(method, member(method, found, "stateRoot")),
            extrinsics_root=hash_of(method, member(method, found, "extrinsicsRoot")),
            digest=tuple(codec_of(DigestItem).decode(bytes_of(method, each)) for each in logs),
        )
    except BadAnswer:
        raise
    except ValueError as error:
        raise BadAnswer(method, str(error)) from None
