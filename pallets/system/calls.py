"""The calls of System: remarks, raw storage, and the runtime's own code.

New code is put into storage as FRAME does it; which runtime executes the next block is the node's to decide.
"""

from __future__ import annotations

from typing import Final

from chain.block import DigestItem, RuntimeEnvironmentUpdated
from chain.crypto.hashing import blake2_256
from chain.primitives import U32, U64, Hash
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.state.child import is_child_key, reaches_child_keys
from chain.validity import Invalid, InvalidTransaction
from pallets.frame.call import RuntimeCall, call
from pallets.frame.error import DispatchFailure, PalletError, ensure
from pallets.frame.origin import Origin, ensure_root, ensure_signed
from pallets.frame.weight import U64_MAX, DispatchClass, Pays, PostDispatchInfo
from pallets.frame.weight_info import benchmarked
from pallets.system import weights
from pallets.system.errors import (
    FailedToExtractRuntimeVersion,
    InvalidSpecName,
    NothingAuthorized,
    SpecVersionNeedsToIncrease,
    Unauthorized,
)
from pallets.system.events import CodeUpdated, RejectedInvalidAuthorizedUpgrade, Remarked, UpgradeAuthorized
from pallets.system.storage import SystemStorage
from pallets.system.types import CodeUpgradeAuthorization

CODE: Final = b":code"
"""Where the runtime's code lies (sp_storage::well_known_keys)."""

HEAP_PAGES: Final = b":heappages"
"""Where it lies how much memory the runtime's code gets, in pages of 64 KiB."""

_OPERATIONAL = DispatchClass.OPERATIONAL


class SystemCalls(SystemStorage):
    @call(0, weight=weights.remark_weight)
    def remark(self, origin: Origin, remark: bytes) -> None:
        """Say something; it stays in the block's body."""

    @call(1, weight=benchmarked("set_heap_pages"), dispatch_class=_OPERATIONAL)
    def set_heap_pages(self, origin: Origin, pages: U64) -> None:
        """Say how much memory the runtime's code gets; root only."""
        ensure_root(origin)
        self.storage.put(HEAP_PAGES, pages.to_bytes(8, "little"))
        self.deposit_log(RuntimeEnvironmentUpdated())

    @call(2, weight=benchmarked("set_code"), dispatch_class=_OPERATIONAL)
    def set_code(self, origin: Origin, code: bytes) -> PostDispatchInfo:
        """Replace the runtime by a newer one of the same name; root only."""
        ensure_root(origin)
        problem = self.problem_of_code(code)
        if problem is not None:
            raise problem
        return self._update_code(code)

    @call(3, weight=benchmarked("set_code"), dispatch_class=_OPERATIONAL)
    def set_code_without_checks(self, origin: Origin, code: bytes) -> PostDispatchInfo:
        """Replace the runtime by any other; root only."""
        ensure_root(origin)
        return self._update_code(code)

    @call(4, weight=weights.set_storage_weight, dispatch_class=_OPERATIONAL)
    def set_storage(self, origin: Origin, items: list[tuple[bytes, bytes]]) -> None:
        """Write raw storage, except roots of child tries; root only."""
        ensure_root(origin)
        for key, value in items:
            if not is_child_key(key):
                self.storage.put(key, value)

    @call(5, weight=weights.kill_storage_weight, dispatch_class=_OPERATIONAL)
    def kill_storage(self, origin: Origin, keys: list[bytes]) -> None:
        """Remove raw storage, except roots of child tries; root only."""
        ensure_root(origin)
        for key in keys:
            if not is_child_key(key):
                self.storage.delete(key)

    @call(6, weight=weights.kill_prefix_weight, dispatch_class=_OPERATIONAL)
    def kill_prefix(self, origin: Origin, prefix: bytes, subkeys: U32) -> None:
        """Remove raw storage under a prefix, `subkeys` keys at most; nothing where child tries are. Root only."""
        ensure_root(origin)
        if not reaches_child_keys(prefix):
            self.storage.clear_prefix(prefix, subkeys)

    @call(7, weight=weights.remark_with_event_weight)
    def remark_with_event(self, origin: Origin, remark: bytes) -> None:
        """Say something and have its hash in an event."""
        self.deposit_event(Remarked(ensure_signed(origin), Hash(blake2_256(remark))))

    @call(9, weight=benchmarked("authorize_upgrade"), dispatch_class=_OPERATIONAL)
    def authorize_upgrade(self, origin: Origin, code_hash: Hash) -> None:
        """Let anyone bring the code of this hash, if it is a newer runtime of the same name; root only."""
        ensure_root(origin)
        self._authorize(code_hash, check_version=True)

    @call(10, weight=benchmarked("authorize_upgrade"), dispatch_class=_OPERATIONAL)
    def authorize_upgrade_without_checks(self, origin: Origin, code_hash: Hash) -> None:
        """Let anyone bring the code of this hash, whatever it is; root only."""
        ensure_root(origin)
        self._authorize(code_hash, check_version=False)

    @call(11, weight=benchmarked("apply_authorized_upgrade"), dispatch_class=_OPERATIONAL)
    def apply_authorized_upgrade(self, origin: Origin, code: bytes) -> PostDispatchInfo:
        """Bring the code that was authorized; free of charge. Code that may not follow uses the authorization up."""
        authorized = self.authorized_upgrade.get()
        if authorized is None:
            raise NothingAuthorized
        ensure(blake2_256(code) == authorized.code_hash, Unauthorized)
        self.authorized_upgrade.kill()
        problem = self.problem_of_code(code) if authorized.check_version else None
        if problem is None:
            return PostDispatchInfo(self._update_code(code).actual_weight, Pays.NO)
        self.deposit_event(RejectedInvalidAuthorizedUpgrade(authorized.code_hash, self._failure(problem)))
        return PostDispatchInfo(pays_fee=Pays.NO)

    def validate_unsigned(self, source: TransactionSource, call: RuntimeCall) -> ValidTransaction:
        """Code that was authorized may be brought unsigned; whoever brings it first."""
        if call.target.name == "apply_authorized_upgrade":
            (code,), authorized = call.arguments, self.authorized_upgrade.get()
            if authorized is not None and blake2_256(code) == authorized.code_hash:
                return ValidTransaction(priority=U64_MAX, provides=(authorized.code_hash,))
        raise InvalidTransaction(Invalid.CALL)

    # Parts of them

    def deposit_log(self, log: DigestItem) -> None:
        """Add an item to the block's digest, which its header will bear."""
        self.digest.append(log)

    def problem_of_code(self, code: bytes) -> PalletError | None:
        """Why this code may not follow the present runtime; None where it may."""
        present, new = self.config.version, self.config.version_of_code(code)
        if new is None:
            return FailedToExtractRuntimeVersion()
        if new.spec_name != present.spec_name:
            return InvalidSpecName()
        return None if new.spec_version > present.spec_version else SpecVersionNeedsToIncrease()

    def _update_code(self, code: bytes) -> PostDispatchInfo:
        self.storage.put(CODE, code)
        self.deposit_log(RuntimeEnvironmentUpdated())
        self.deposit_event(CodeUpdated())
        # nothing else shall happen in a block that replaces its runtime
        return PostDispatchInfo(self.config.block_weights.max_block)

    def _authorize(self, code_hash: Hash, *, check_version: bool) -> None:
        self.authorized_upgrade.put(CodeUpgradeAuthorization(code_hash, check_version))
        self.deposit_event(UpgradeAuthorized(code_hash, check_version))

    def _failure(self, problem: PalletError) -> DispatchFailure:
        return self.host.failure_of(problem)
