"""A runtime of a few lines: accounts set bytes. Its rules are those that a node must cope with.

    extrinsic = account (32 bytes) ‖ nonce u32 ‖ key u8 ‖ value u8 ‖ ... ignored but after the key TELL
    inherent  = "time" ‖ u64

The value is the priority too. Some keys make trouble: see the constants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from chain.block import GRANDPA, Block, Consensus, DigestItem, Header, extrinsics_root
from chain.node.inherents import TIMESTAMP
from chain.node.service import CallToSign
from chain.node.signature_cache import SignatureCache
from chain.offchain.hook import Trigger, WorkerHook
from chain.primitives import AccountId, BlockNumber, Hash, Nonce
from chain.runtime_api import InclusionMode, OffchainNode, RuntimeVersion, TransactionSource, Validate, ValidTransaction
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import Invalid, InvalidBlock, InvalidTransaction

TELL = 249
"""Key: puts the rest into the digest for Grandpa, unless another block has done so less than `value` blocks before."""

BROKE = 250
"""Key: valid in the pool, cannot pay in a block."""

HUGE = 251
"""Key: never has room in a block."""

UNWANTED = 252
"""Key: invalid everywhere."""

SHORT_LIVED = 253
"""Key: valid for two blocks."""

ROOM = 5
"""Transactions in a block."""

GENESIS = Trie.from_items({b"time": bytes(8)})


def encode(account: bytes, nonce: int, key: int, value: int = 1, rest: bytes = b"") -> bytes:
    """The extrinsic of a one-byte (padded) or real account."""
    return account.ljust(32, b"\0") + nonce.to_bytes(4, "little") + bytes((key, value)) + rest


def tag(account: bytes, nonce: int) -> bytes:
    """What a transaction provides."""
    return account.ljust(32, b"\0") + nonce.to_bytes(4, "little")


def time_of(state: Trie) -> int:
    """The time that a state tells, as `chain.node.clock` asks for it."""
    return int.from_bytes(state.get(b"time") or b"", "little")


def sign_call(wanted: CallToSign) -> bytes:
    return encode(wanted.key.account, wanted.nonce, *wanted.call.encode())


class FakeCall(NamedTuple):
    """Sets a byte."""

    key: int
    value: int

    def encode(self) -> bytes:
        return bytes(self)


def has_always(_data: Any) -> bool:
    """There is always something to do."""
    return True


@dataclass
class FakeRuntimes:
    """Makes fake runtimes; what they share is here.

    worker: what every participant's offchain worker does, given the state; finalized: once a block is final
    has_work: what a selective hook says of an operator's data
    """

    worker: Callable[[FakeRuntime, Header, OffchainNode], object] | None = None
    finalized: Callable[[FakeRuntime, Header, OffchainNode], object] | None = None
    has_work: Callable[[Any], bool] = has_always
    hooks: tuple[WorkerHook, ...] = (WorkerHook("Fake"), WorkerHook("Fake", Trigger.FINALIZED))
    signatures: SignatureCache = field(default_factory=SignatureCache)
    executed: int = 0
    mode: InclusionMode = InclusionMode.ALL_EXTRINSICS

    def __call__(self, state: Overlay) -> FakeRuntime:
        return FakeRuntime(state, self)


class FakeRuntime:
    """Implements RuntimeApi over one state."""

    version = RuntimeVersion("fake", "fake", 1, 1, 1, (), 1, 1)

    def __init__(self, state: Overlay, shared: FakeRuntimes) -> None:
        self.state = state
        self._shared = shared
        self._header: Header | None = None
        self._applied: list[bytes] = []
        self._told: list[DigestItem] = []

    def value(self, key: int) -> int:
        stored = self.state.get(bytes((key,)))
        return 0 if stored is None else stored[0]

    def initialize_block(self, header: Header) -> InclusionMode:
        self._header = header
        self._applied, self._told = [], []
        return self._shared.mode

    def inherent_extrinsics(self, data: Mapping[bytes, bytes]) -> Sequence[bytes]:
        return [b"time" + data[TIMESTAMP]] if TIMESTAMP in data else []

    def apply_extrinsic(self, extrinsic: bytes) -> None:
        if extrinsic.startswith(b"time"):
            self._set_time(extrinsic[4:])
        else:
            self._apply_signed(extrinsic)
        self._applied.append(extrinsic)

    def finalize_block(self) -> Header:
        assert self._header is not None
        header, extrinsics = self._header, tuple(self._applied)
        root = Hash(self.state.root())
        digest = (*header.digest, *self._told)
        return Header(header.parent_hash, header.number, root, extrinsics_root(extrinsics), digest)

    def execute_block(self, block: Block) -> None:
        self._shared.executed += 1
        header = block.header.unsealed
        self.initialize_block(header)
        for position, extrinsic in enumerate(block.extrinsics):
            try:
                self.apply_extrinsic(extrinsic)
            except InvalidTransaction as error:
                raise InvalidBlock(f"extrinsic {position} is valid: {error}") from error
        self._header = replace(header, digest=tuple(each for each in header.digest if not isinstance(each, Consensus)))
        produced = self.finalize_block()
        if produced != header:
            raise InvalidBlock("header", header, produced)

    def require_inherents(self, block: Block, data: Mapping[bytes, bytes]) -> None:
        if TIMESTAMP in data and b"time" + data[TIMESTAMP] not in block.extrinsics:
            raise InvalidBlock("the time is this node's")

    def validating(self, block_hash: Hash) -> Validate:
        return lambda source, extrinsic: self.validate_transaction(source, extrinsic, block_hash)

    def validate_transaction(self, source: TransactionSource, extrinsic: bytes, block_hash: Hash) -> ValidTransaction:
        del source, block_hash
        account, nonce, key, value = self._decoded(extrinsic)
        expected = self.account_nonce(account)
        if nonce < expected:
            raise InvalidTransaction(Invalid.STALE)
        return ValidTransaction(
            priority=value,
            requires=(tag(account, nonce - 1),) if nonce > expected else (),
            provides=(tag(account, nonce),),
            longevity=2 if key == SHORT_LIVED else 64,
        )

    def metadata_versions(self) -> Sequence[int]:
        return ()

    def metadata_at_version(self, version: int) -> bytes | None:
        return None

    def account_nonce(self, account: AccountId) -> Nonce:
        stored = self.state.get(b"nonce" + account)
        return 0 if stored is None else int.from_bytes(stored, "little")

    def worker_hooks(self) -> Sequence[WorkerHook]:
        return self._shared.hooks

    def with_work(self, hook: WorkerHook, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        del hook, now
        return [each for each in operators if self._shared.has_work(each)]

    def run_worker(self, hook: WorkerHook, header: Header, node: OffchainNode) -> None:
        worker = self._shared.worker if hook.trigger is Trigger.BEST else self._shared.finalized
        if worker is not None:
            worker(self, header, node)

    def _set_time(self, encoded: bytes) -> None:
        if encoded[::-1] <= (self.state.get(b"time") or b"")[::-1]:  # little-endian
            raise InvalidTransaction(Invalid.BAD_MANDATORY)
        self.state.put(b"time", encoded)

    def _apply_signed(self, extrinsic: bytes) -> None:
        account, nonce, key, value = self._decoded(extrinsic)
        expected = self.account_nonce(account)
        if nonce != expected:
            raise InvalidTransaction(Invalid.STALE if nonce < expected else Invalid.FUTURE)
        if key == BROKE:
            raise InvalidTransaction(Invalid.PAYMENT)
        if key == HUGE or len(self._applied) == ROOM:
            raise InvalidTransaction(Invalid.EXHAUSTS_RESOURCES)
        self.state.put(b"nonce" + account, (nonce + 1).to_bytes(4, "little"))
        self.state.put(bytes((key,)), bytes((value,)))
        if key == TELL:
            self._tell(value, extrinsic[38:])

    def _tell(self, value: int, rest: bytes) -> None:
        assert self._header is not None
        number, until = self._header.number, int.from_bytes(self.state.get(b"told until") or b"", "little")
        if number > until:
            self.state.put(b"told until", (number + value).to_bytes(4, "little"))
            self._told.append(Consensus(GRANDPA, rest))

    def _decoded(self, extrinsic: bytes) -> tuple[AccountId, int, int, int]:
        if len(extrinsic) < 38 or extrinsic[36] == UNWANTED:
            raise InvalidTransaction(Invalid.CALL)
        signatures = self._shared.signatures
        if signatures.recall(extrinsic) is None:
            signatures.verifications += 1  # every signature is good
            signatures.keep(extrinsic, True)
        return AccountId(extrinsic[:32]), int.from_bytes(extrinsic[32:36], "little"), extrinsic[36], extrinsic[37]
