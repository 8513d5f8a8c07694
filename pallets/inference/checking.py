"""Predictions of models that are not on chain: a proof shows them, the chain needs 32 bytes of the model.

The owner of a model names the root; where the version is on chain, or comes there later, the chain finds it itself.
"""

from __future__ import annotations

from typing import Annotated

from chain.primitives import Hash, MaxLen
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.view import view_function
from pallets.frame.weight import db
from pallets.inference.config import Config
from pallets.inference.errors import (
    NotOwner,
    ProofRefused,
    RootContradicted,
    RootKnown,
    UnknownRoot,
    VersionWithdrawn,
)
from pallets.inference.events import Answers, PredictionProven, RootDropped, RootNamed
from pallets.inference.storage import HoldReason, InferenceStorage, Rows
from pallets.inference.types import Answer, NamedRoot
from pallets.inference.weights import check_weight

Proof = Annotated[bytes, MaxLen(Config.max_proof_bytes)]


class Checking(InferenceStorage):
    """Roots are named, and proofs are checked against them."""

    @call(8, weight=db(reads=7, writes=3))
    def name_root(self, origin: Origin, version: Hash, root: Hash) -> None:
        """Name what proofs of a version's predictions lead to; its owner leaves a deposit.

        The deposit goes to whoever brings the version on chain where that is false.
        """
        who = ensure_signed(origin)
        self.tree_artifact(version)
        ensure(self.owner_of(version) == who, NotOwner)
        ensure(not self.roots.contains_key(version), RootKnown)
        placement = self.placements.get(version)
        ensure(placement is None or placement.proof_root == root, RootContradicted)
        deposit = self.config.root_deposit
        self.config.currency.hold(self.reason(HoldReason.ROOT), who, deposit)
        named = NamedRoot(root, who, deposit, placement is not None)
        self.roots.insert(version, named)
        self.deposit_event(RootNamed(version, root, named.is_verified))

    @call(9, weight=db(reads=5, writes=3))
    def drop_root(self, origin: Origin, version: Hash) -> None:
        """Take a root back: its owner, or whoever where the version was withdrawn. The owner gets the deposit back."""
        who, named = ensure_signed(origin), self.roots.get(version)
        if named is None:
            raise UnknownRoot
        ensure(who == named.owner or self.config.models.is_withdrawn(version), NotOwner)
        self.roots.remove(version)
        self.config.currency.release(self.reason(HoldReason.ROOT), named.owner, named.deposit)
        self.deposit_event(RootDropped(version))

    @call(10, weight=check_weight)
    def check_prediction(self, origin: Origin, version: Hash, rows: Rows, proof: Proof) -> None:
        """Have the chain look at a proof of what a version says about rows; the answers are the event's."""
        who = ensure_signed(origin)
        root, is_verified = self._known_root(version)
        answers = self._shown(version, root, rows, proof)
        if answers is None:
            raise ProofRefused
        self.deposit_event(PredictionProven(version, who, answers, is_verified))

    # Questions of clients

    @view_function(signature="proven_by(T::Hash, BoundedVec<Row, T::MaxRows>, Proof<T>) -> Option<Answers<T>>")
    def proven_by(self, version: Hash, rows: Rows, proof: Proof) -> Answers | None:
        """What a proof shows that a version says about rows; None where it shows nothing, or no root is known."""
        if self.config.models.is_withdrawn(version):
            return None
        if not (self.placements.contains_key(version) or self.roots.contains_key(version)):
            return None
        return self._shown(version, self._known_root(version)[0], rows, proof)

    # Parts

    def _known_root(self, version: Hash) -> tuple[Hash, bool]:
        """The root of a version in use, and whether the chain found it itself; raises UnknownRoot."""
        ensure(not self.config.models.is_withdrawn(version), VersionWithdrawn)
        placement, named = self.placements.get(version), self.roots.get(version)
        if placement is not None:
            return placement.proof_root, True
        if named is None:
            raise UnknownRoot
        return named.root, named.is_verified

    def _shown(self, version: Hash, root: Hash, rows: Rows, proof: bytes) -> list[Answer] | None:
        """What a proof shows; None where it shows nothing."""
        from pallets.inference.served import proven  # a chain that serves nothing never loads it
        from pallets.learning.forest_proof import ProofError

        try:
            return proven(self.tree_artifact(version)[1], root, rows, proof)
        except ProofError:
            return None
