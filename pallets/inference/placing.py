"""Bringing models on chain, whole or in chunks, and taking them off again.

Bytes serve nobody before they are the artifact's, to the root, and a canonical encoding of trees.
"""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import U32, AccountId, Balance, Hash
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import db
from pallets.inference.errors import (
    AlreadyPlaced,
    ChunkOutOfOrder,
    Malformed,
    NotPlacer,
    TooLarge,
    UnknownUpload,
    UploadHolds,
    UploadIncomplete,
    UploadKnown,
    WrongBytes,
    WrongChunkSize,
    WrongSize,
)
from pallets.inference.events import Placed, RootRefuted, RootVerified, Unplaced, UploadAbandoned, UploadBegun
from pallets.inference.storage import Chunk, HoldReason, InferenceStorage, ModelBytes
from pallets.inference.types import Format, Placement, Upload
from pallets.inference.weights import abandon_weight, chunk_weight, finish_weight, place_weight, unplace_weight
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch, verified


class Placing(InferenceStorage):
    """Models come and go."""

    @call(0, weight=place_weight)
    def place(self, origin: Origin, version: Hash, artifact: ModelBytes) -> None:
        """Bring a version on chain, all its bytes at once; the caller leaves a deposit for each."""
        placer = ensure_signed(origin)
        expected, form = self._placeable(version)
        deposit = self.deposit_for(len(artifact))
        self.config.currency.hold(self.reason(HoldReason.MODEL), placer, deposit)
        self._put(version, placer, deposit, expected, form, artifact)

    @call(1, weight=db(reads=8, writes=3))
    def begin_upload(self, origin: Origin, version: Hash) -> None:
        """Begin to bring a version on chain in chunks; the caller leaves the deposit for all of it."""
        who = ensure_signed(origin)
        ensure(not self.uploads.contains_key((version, who)), UploadKnown)
        size = self._placeable(version)[0].size
        deposit, expires = self.deposit_for(size), self.block_number() + self.config.upload_blocks
        self.config.currency.hold(self.reason(HoldReason.MODEL), who, deposit)
        self.uploads.insert((version, who), Upload(size, 0, deposit, expires))
        self.deposit_event(UploadBegun(version, who, size, expires))

    @call(2, weight=chunk_weight)
    def add_chunk(self, origin: Origin, version: Hash, offset: U32, chunk: Chunk) -> None:
        """Bring the next bytes: a whole chunk, or the rest.

        offset: how many bytes are there
        """
        who = ensure_signed(origin)
        upload = self._upload(version, who)
        ensure(offset == upload.received, ChunkOutOfOrder)
        ensure(0 < len(chunk) == min(self.config.chunk_bytes, upload.size - offset), WrongChunkSize)
        self.chunks.insert((version, who, offset), chunk)
        self.uploads.insert((version, who), replace(upload, received=offset + len(chunk)))

    @call(3, weight=finish_weight)
    def finish_upload(self, origin: Origin, version: Hash, size: U32) -> None:
        """Serve a version all of whose bytes have come.

        size: of the artifact, which the call is weighed by
        """
        who = ensure_signed(origin)
        upload = self._upload(version, who)
        ensure(size == upload.size, WrongSize)
        ensure(upload.received == size, UploadIncomplete)
        expected, form = self._placeable(version)
        self._put(version, who, upload.deposit, expected, form, self._drop_upload(version, who))

    @call(4, weight=abandon_weight)
    def abandon_upload(self, origin: Origin, version: Hash, who: AccountId) -> None:
        """Clear an upload away: one's own, or whosever when it has expired. Its account gets the deposit back."""
        caller = ensure_signed(origin)
        upload = self._upload(version, who)
        ensure(caller == who or upload.expires <= self.block_number(), UploadHolds)
        self._drop_upload(version, who)
        self.config.currency.release(self.reason(HoldReason.MODEL), who, upload.deposit)
        self.deposit_event(UploadAbandoned(version, who))

    @call(5, weight=unplace_weight)
    def unplace(self, origin: Origin, version: Hash) -> None:
        """Take a version off the chain: its placer, or whoever where the version was withdrawn.

        The placer gets the deposit back.
        """
        who, found = ensure_signed(origin), self.placement(version)
        ensure(who == found.placer or self.config.models.is_withdrawn(version), NotPlacer)
        self.placements.remove(version)
        self.artifacts.remove(version)
        self.config.currency.release(self.reason(HoldReason.MODEL), found.placer, found.deposit)
        self.deposit_event(Unplaced(version))

    # Parts

    def _placeable(self, version: Hash) -> tuple[Artifact, Format]:
        """What a version's bytes must be; raises a dispatch error where it cannot be brought on chain."""
        ensure(not self.placements.contains_key(version), AlreadyPlaced)
        artifact, form = self.tree_artifact(version)
        models = self.config.models
        models.require_enabled(models.model(models.version(version).model).algorithm)
        ensure(artifact.size <= self.config.max_bytes, TooLarge)
        return artifact, form

    def _upload(self, version: Hash, who: AccountId) -> Upload:
        found = self.uploads.get((version, who))
        if found is None:
            raise UnknownUpload
        return found

    def _drop_upload(self, version: Hash, who: AccountId) -> bytes:
        """Forget an upload; the bytes that had come, in order. Its deposit stays on hold."""
        upload = self._upload(version, who)
        parts, offset = list[bytes](), 0
        while offset < upload.received:
            parts.append(self.chunks.take((version, who, offset)) or b"")
            offset += len(parts[-1])
        self.uploads.remove((version, who))
        return b"".join(parts)

    def _put(
        self, version: Hash, placer: AccountId, deposit: Balance, expected: Artifact, form: Format, data: bytes
    ) -> None:
        """Serve a version, for whose bytes the placer has left a deposit."""
        # what a chain without models never loads
        from pallets.inference.served import MalformedModel, served, trees_in

        try:
            # before the trees are read, which many small ones would make last longer than the call weighs
            ensure(trees_in(form, verified(expected, data)) <= self.config.max_trees, TooLarge)
            model = served(form, data)
        except ArtifactMismatch:
            raise WrongBytes from None
        except MalformedModel:
            raise Malformed from None
        forest, root = model.forest, model.proof_root()
        self.placements.insert(
            version,
            Placement(
                placer=placer,
                deposit=deposit,
                format=form,
                size=len(data),
                features=forest.features,
                trees=len(forest.trees),
                depths=forest.cost_bound,
                proof_root=root,
            ),
        )
        self.artifacts.insert(version, data)
        self.deposit_event(Placed(version, placer, forest.cost_bound, root))
        self._judge_root(version, placer, root)

    def _judge_root(self, version: Hash, placer: AccountId, found: Hash) -> None:
        """Say whether the root that the owner has named is the one; whoever shows that it is not gets the deposit."""
        named = self.roots.get(version)
        if named is None or named.is_verified:
            return
        if named.root == found:
            self.roots.insert(version, replace(named, is_verified=True))
            self.deposit_event(RootVerified(version))
            return
        currency, reason = self.config.currency, self.reason(HoldReason.ROOT)
        if named.owner == placer:
            currency.release(reason, placer, named.deposit)
        else:
            currency.transfer_on_hold(reason, named.owner, placer, named.deposit)
        self.roots.remove(version)
        self.deposit_event(RootRefuted(version, named.root, found))
