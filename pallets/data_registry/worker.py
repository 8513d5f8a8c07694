"""The offchain side of the registry: registers what the operator offers, checks what the account is drawn for.

Each block the worker looks at what the chain has of its account, and submits what is missing; it remembers only what
the chain must not know yet, so it can be stopped and started in any block. What an erasure destroys is destroyed
when its block is final.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from logging import getLogger
from typing import Annotated

from chain.bounds import Len
from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import U32, BlockNumber
from chain.record import record
from chain.runtime_api import CapabilityDenied, OffchainNode, SubmissionRefused
from chain.scale import DecodeError, codec_of
from pallets.data_registry.checks import seal_of
from pallets.data_registry.custody import DOMAIN, BlobRefused, Custody, Keeper
from pallets.data_registry.examine import Unavailable, examine
from pallets.data_registry.key_calls import KeyCalls
from pallets.data_registry.operator import Offer, Steward, Want, steward_of
from pallets.data_registry.release import Deal, Secrets, forget_secret, public_key, seal, secret_for
from pallets.data_registry.types import Check, CheckPhase, DataSetId, Description, Verdict
from pallets.frame.call import RuntimeCall, call_of
from pallets.ml_registry.artifact import publish

log = getLogger(__name__)

HINDRANCES = (BlobRefused, CapabilityDenied, CidError, ContentError, SubmissionRefused, Unavailable)
"""What may keep a worker from its duty without being a bug: the store, the pool, the node's own limits."""


@record
class SealedVerdict:
    """What a checker has committed to in the check that began in block `opened`, until it is revealed."""

    opened: U32
    salt: Annotated[bytes, Len(32, 32)]
    verdict: Verdict


_SEALED = codec_of(SealedVerdict)


def work(registry: KeyCalls, now: BlockNumber, node: OffchainNode) -> None:
    """Do what the operator asks for, and what the node's account owes."""
    steward = steward_of(node.data)
    if steward is None:
        return
    shift = Shift(registry, now, node)
    for offer in steward.offers:
        shift.attempt(b"offer " + offer.name, partial(shift.register, offer))
    for want in steward.wants:
        shift.attempt(b"want %d " % want.data_set + want.purpose, partial(shift.ask_for_key, want))
    for name, custody in Keeper(node).all() if steward.offers else ():
        for deal in shift.asked_of(custody):
            act = b"release " + name + deal.who + deal.purpose
            shift.attempt(act, partial(shift.release_key, name, custody, deal))
    if not steward.checks:
        return
    shift.attempt(b"join", shift.join)
    for data_set in registry.open_checks.get():
        check = registry.check(data_set)
        if node.account not in check.panel:
            continue
        if check.phase is CheckPhase.COMMIT:
            shift.attempt(b"seal %d" % data_set, partial(shift.seal, data_set, check))
        elif check.phase is CheckPhase.REVEAL:
            shift.attempt(b"reveal %d" % data_set, partial(shift.reveal, data_set, check))


def shred_erased(registry: KeyCalls, node: OffchainNode) -> None:
    """On a final state: note which data sets are this node's, and destroy what it keeps of those that were erased."""
    steward = steward_of(node.data) or Steward()
    for want in steward.wants:
        if registry.is_erased(want.data_set):
            forget_secret(node, Deal(want.data_set, node.account, want.purpose))
    keeper = Keeper(node)
    for name, custody in keeper.all():
        number = registry.by_commitment.get(custody.commitment)
        if custody.data_set is None and number is not None:
            keeper.keep(name, replace(custody, data_set=number))
        elif custody.data_set is not None and registry.is_erased(custody.data_set):
            try:
                keeper.shred(name, steward.stores)
            except (CidError, ContentError) as problem:
                log.warning("data set %d: its blob is not deleted yet: %s", custody.data_set, problem)


@record
class Shift:
    """One run of the worker of one account."""

    registry: KeyCalls
    now: BlockNumber
    node: OffchainNode

    def attempt(self, act: bytes, owed: Callable[[], RuntimeCall | None]) -> None:
        """Submit what an act owes, unless that was done a few blocks ago."""
        key = DOMAIN + b"submitted/" + act
        found = self.node.local_get(key)
        last = None if found is None else int.from_bytes(found, "little")
        if last is not None and last <= self.now < last + self.registry.config.retry_after:
            return
        try:
            call = owed()
            if call is not None:
                self.node.submit_signed(call)
                self.node.local_set(key, self.now.to_bytes(4, "little"))
        except HINDRANCES as problem:
            log.warning("%s: %s", act.decode("ascii", "replace"), problem)

    # Owing

    def register(self, offer: Offer) -> RuntimeCall | None:
        """The registration of an offer that the chain has not got."""
        keeper = Keeper(self.node)
        if keeper.is_shredded(offer.name):
            return None
        custody = keeper.find(offer.name) or keeper.take_in(offer)
        if custody.data_set is not None or self.registry.by_commitment.contains_key(custody.commitment):
            return None
        description = Description(
            artifact=custody.artifact,
            commitment=custody.commitment,
            schema=offer.schema,
            licence=offer.licence,
            jurisdiction=offer.jurisdiction,
            format=offer.format,
            device=offer.device,
        )
        return call_of(self.registry.register_data_set, description=description)

    def ask_for_key(self, want: Want) -> RuntimeCall | None:
        """A key of this node's, where the account has a permit and has named none."""
        registry, who = self.registry, self.node.account
        found, deal = registry.data_sets.get(want.data_set), Deal(want.data_set, who, want.purpose)
        if found is None or registry.asked_keys.contains_key((want.data_set, who, want.purpose)):
            return None
        if not registry.permits_use(found.description.commitment, who, want.purpose):
            return None
        key = public_key(secret_for(self.node, deal))
        return call_of(registry.ask_for_key, data_set=want.data_set, purpose=want.purpose, key=key)

    def asked_of(self, custody: Custody) -> Iterator[Deal]:
        """The deals under which the key of one's own data is asked for, and not released yet."""
        number = self.registry.by_commitment.get(custody.commitment)
        if number is None or not custody.is_encrypted:
            return
        for data_set, who, purpose in self.registry.asked_keys.iter_keys((number,)):
            if not self.registry.released_keys.contains_key((data_set, who, purpose)):
                yield Deal(data_set, who, purpose)

    def release_key(self, name: bytes, custody: Custody, deal: Deal) -> RuntimeCall | None:
        """The data's key, sealed for the holder of a permit that is in force."""
        holder = self.registry.asked_keys.get((deal.data_set, deal.who, deal.purpose))
        is_permitted = self.registry.permits_use(custody.commitment, deal.who, deal.purpose)
        if holder is None or not is_permitted:
            return None
        keeper = Keeper(self.node)
        key, salt = keeper.key(name), keeper.salt(name)
        if key is None or salt is None:  # shredded meanwhile
            return None
        sealed = seal(Secrets(key, salt), deal, holder, self.node.random_seed())
        return call_of(
            self.registry.release_key,
            data_set=deal.data_set,
            who=deal.who,
            purpose=deal.purpose,
            sealed=publish(self.node, sealed),
        )

    def join(self) -> RuntimeCall | None:
        """To be a checker, where the account is none and may become one."""
        registry, who = self.registry, self.node.account
        checkers = registry.checkers.get()
        is_full = len(checkers) >= registry.config.max_checkers
        if who in checkers or is_full or registry.config.stakes.active(who) < registry.config.minimum_stake:
            return None
        return call_of(registry.join_checkers)

    def seal(self, data_set: DataSetId, check: Check) -> RuntimeCall | None:
        """The seal of the verdict; nothing of a data set that was erased before anybody looked."""
        if self.registry.ballots.contains_key((data_set, self.node.account)):
            return None
        sealed = self._recall(data_set, check) or self._examined(data_set, check)
        if sealed is None:
            return None
        seal = seal_of(data_set, check.opened, self.node.account, sealed.salt, sealed.verdict)
        return call_of(self.registry.seal_verdict, data_set=data_set, seal=seal)

    def reveal(self, data_set: DataSetId, check: Check) -> RuntimeCall | None:
        """The verdict that this node has sealed."""
        ballot = self.registry.ballots.get((data_set, self.node.account))
        sealed = self._recall(data_set, check)
        if ballot is None or ballot.verdict is not None or sealed is None:
            return None
        return call_of(self.registry.reveal_verdict, data_set=data_set, verdict=sealed.verdict, salt=sealed.salt)

    def _examined(self, data_set: DataSetId, check: Check) -> SealedVerdict | None:
        found = self.registry.data_sets.get(data_set)
        if found is None:
            return None
        device = None if found.description.device is None else self.registry.devices.get(found.description.device)
        verdict = examine(self.node, found.description, None if device is None else device.key)
        sealed = SealedVerdict(check.opened, self.node.random_seed(), verdict)
        self.node.local_set(_verdict_key(data_set), _SEALED.encode(sealed))
        return sealed

    def _recall(self, data_set: DataSetId, check: Check) -> SealedVerdict | None:
        found = self.node.local_get(_verdict_key(data_set))
        try:
            sealed = None if found is None else _SEALED.decode(found)
        except DecodeError:
            return None
        return sealed if sealed is not None and sealed.opened == check.opened else None


def _verdict_key(data_set: DataSetId) -> bytes:
    return SECRET_STORAGE + DOMAIN + b"verdict/%d" % data_set
