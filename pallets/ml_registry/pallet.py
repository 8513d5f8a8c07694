"""The registry of algorithms, models and versions. The bytes of a model live in the content store, its hash here."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from chain.primitives import I64, U32, AccountId, Hash
from pallets.frame.arithmetic import ensure_add
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.pallet import config
from pallets.frame.view import view_function
from pallets.frame.weight import db
from pallets.ml_registry.algorithms import first_algorithms
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.dividends import Dividends
from pallets.ml_registry.errors import (
    AlgorithmDisabled,
    AlreadyWithdrawn,
    EmptyArtifact,
    Error,
    ForeignParent,
    NameMissing,
    NotOwner,
    SharesUnbalanced,
    ShareTooSmall,
    TooManyHolders,
    UnknownAlgorithm,
)
from pallets.ml_registry.events import (
    AlgorithmRegistered,
    AlgorithmSwitched,
    Event,
    ModelCreated,
    SharesTransferred,
    VersionPublished,
)
from pallets.ml_registry.storage import Config
from pallets.ml_registry.types import (
    MAX_CONTRIBUTORS,
    WHOLE,
    Algorithm,
    AlgorithmId,
    Contributor,
    Contributors,
    Model,
    ModelId,
    Name,
    Published,
    Version,
    version_id,
)
from pallets.ml_registry.withdrawal import Withdrawals

__all__ = ["Config", "Error", "Event", "Genesis", "MlRegistry"]


@config
class Genesis:
    """The algorithms of block zero; their ids are their positions."""

    algorithms: tuple[Algorithm, ...] = first_algorithms()


class MlRegistry(Withdrawals, Dividends):
    """Algorithms, models and versions."""

    # Calls

    @call(0, weight=db(reads=1, writes=2))
    def register_algorithm(self, origin: Origin, name: Name, specification: Hash) -> None:
        """Allow a new algorithm; governance only."""
        self.config.algorithm_origin.ensure_origin(origin)
        ensure(len(name) > 0, NameMissing)
        self._add_algorithm(Algorithm(name, specification, True))

    @call(1, weight=db(reads=1, writes=1))
    def set_algorithm_enabled(self, origin: Origin, algorithm: AlgorithmId, enabled: bool) -> None:
        """Enable an algorithm, or disable it for new models and rounds; governance only."""
        self.config.algorithm_origin.ensure_origin(origin)
        found = self.algorithms.get(algorithm)
        if found is None:
            raise UnknownAlgorithm
        self.algorithms.insert(algorithm, replace(found, enabled=enabled))
        self.deposit_event(AlgorithmSwitched(algorithm, enabled))

    @call(2, weight=db(reads=2, writes=2))
    def create_model(
        self, origin: Origin, name: Name, algorithm: AlgorithmId, licence: Name, description: Hash
    ) -> None:
        """Begin a line of versions; the caller owns it."""
        owner = ensure_signed(origin)
        ensure(len(name) > 0, NameMissing)
        self.require_enabled(algorithm)
        model = self.model_count.get()
        self.model_count.put(ensure_add(U32, model, 1))
        self.models.insert(model, Model(owner, name, algorithm, licence, description, self.block_number(), 0, None))
        self.deposit_event(ModelCreated(model, owner, algorithm))

    @call(3, weight=db(reads=4, writes=5 + MAX_CONTRIBUTORS))
    def publish_version(
        self,
        origin: Origin,
        model: ModelId,
        artifact: Artifact,
        parent: Hash | None,
        metric: I64,
        contributors: Contributors,
    ) -> None:
        """Add a version that the owner made; versions made in a federated round are published by the round."""
        who = ensure_signed(origin)
        ensure(self.model(model).owner == who, NotOwner)
        self.publish(model, artifact, parent, metric, contributors)

    @call(4, weight=db(reads=12, writes=6))
    def transfer_share(self, origin: Origin, version: Hash, dest: AccountId, share: U32) -> None:
        """Give a part of what the caller owns of a version to another account; what it earns goes there from now on."""
        source = ensure_signed(origin)
        owned = self.shares.get((version, source))
        ensure(0 < share <= owned, ShareTooSmall)
        if source != dest:
            received = self.shares.get((version, dest))
            holders = self.holder_count.get(version) + (received == 0) - (owned == share)
            ensure(holders <= self.config.max_holders, TooManyHolders)
            for who in (source, dest):
                self.count_credit(version, who)  # what was earned until now belongs to who owned it
            self.set_share(version, source, owned - share)
            self.set_share(version, dest, ensure_add(U32, received, share))
            self.drop_empty_credit(version, source)
            self.holder_count.insert(version, holders)
        self.deposit_event(SharesTransferred(version, source, dest, share))

    # For other pallets

    def require_enabled(self, algorithm: AlgorithmId) -> None:
        """Raises UnknownAlgorithm or AlgorithmDisabled where the algorithm may not be used."""
        found = self.algorithms.get(algorithm)
        if found is None:
            raise UnknownAlgorithm
        ensure(found.enabled, AlgorithmDisabled)

    def publish(
        self, model: ModelId, artifact: Artifact, parent: Hash | None, metric: int, contributors: Contributors
    ) -> Hash:
        """Add a version to a model, whoever asks; its id."""
        found = self.model(model)
        ensure(artifact.size > 0 and len(artifact.cid) > 0, EmptyArtifact)
        self._check_parent(found, parent)
        _check_shares(contributors)
        version = Version(model, found.versions, artifact, parent, metric, contributors)
        identity = version_id(version)
        self.versions.insert(identity, Published(version, self.block_number()))
        self.version_ids.insert((model, version.number), identity)
        if parent is not None:
            self.children.insert((parent, identity), version.number)
        for contributor in contributors:
            self.set_share(identity, contributor.account, contributor.share)
        if contributors:
            self.holder_count.insert(identity, sum(contributor.share > 0 for contributor in contributors))
        self.models.insert(model, replace(found, versions=ensure_add(U32, version.number, 1), latest=identity))
        self.deposit_event(VersionPublished(model, version.number, identity, parent, metric))
        return identity

    # Questions of clients; what is unknown has none

    @view_function(signature="holders_of(T::Hash) -> Vec<Contributor<T::AccountId>>")
    def holders_of(self, version: Hash) -> list[Contributor]:
        """Who owns how much of a version now, in ascending order: those whom its dividends belong to."""
        owned = ((key[1], share) for key, share in self.shares.iter((version,)))
        return [Contributor(who, share) for who, share in sorted(owned)]

    @view_function(signature="ancestors_of(T::Hash, u32) -> Vec<T::Hash>")
    def ancestors_of(self, version: Hash, limit: U32) -> list[Hash]:
        """What a version was made from, its parent first; at most so many."""
        return list(islice(self.ancestors(version), limit)) if self.versions.contains_key(version) else []

    @view_function(signature="descendants_of(T::Hash, u32) -> Vec<T::Hash>")
    def descendants_of(self, version: Hash, limit: U32) -> list[Hash]:
        """What was made from a version: children before grandchildren; at most so many."""
        return list(islice(self.descendants(version), limit))

    # Parts

    def _add_algorithm(self, algorithm: Algorithm) -> None:
        number = self.algorithm_count.get()
        self.algorithm_count.put(ensure_add(U32, number, 1))
        self.algorithms.insert(number, algorithm)
        self.deposit_event(AlgorithmRegistered(number, algorithm.name, algorithm.specification))

    def _check_parent(self, model: Model, parent: Hash | None) -> None:
        if parent is not None:
            ensure(self.model(self.version(parent).model).algorithm == model.algorithm, ForeignParent)
            ensure(not self.is_withdrawn(parent), AlreadyWithdrawn)

    # Hooks

    def build_genesis(self, genesis: Genesis) -> None:
        """Write the first algorithms."""
        for algorithm in genesis.algorithms:
            self._add_algorithm(algorithm)

    def try_state(self) -> None:
        """Ids are hashes, numbers run without gaps, and each version is its parent's child."""
        for identity, published in self.versions.iter():
            assert published is not None
            version = published.version
            assert version_id(version) == identity, f"version {identity.hex()} has another hash"
            assert published.block <= self.block_number(), f"version {identity.hex()} is from the future"
            assert self.version_ids.get((version.model, version.number)) == identity, f"{identity.hex()} is not listed"
            held = list(self.shares.iter_values((identity,)))
            assert sum(held) == (WHOLE if version.contributors else 0), f"parts of {identity.hex()} are lost"
            assert len(held) == self.holder_count.get(identity), f"{identity.hex()} counts its owners wrongly"
            if version.parent is not None:
                assert self.children.contains_key((version.parent, identity)), f"{identity.hex()} is no child"
        for number, model in self.models.iter():
            assert model is not None
            listed = [self.version_ids.get((number, each)) for each in range(model.versions)]
            in_use = [each for each in listed if each is not None and not self.is_withdrawn(each)]
            assert model.latest == (in_use[-1] if in_use else None), f"model {number} names another latest version"
        for identity in self.withdrawn.iter_keys():
            gone = all(self.is_withdrawn(each) for each in self.descendants(identity))
            assert gone, f"something that was made from {identity.hex()} is in use"
        self.check_dividends()


def _check_shares(contributors: Contributors) -> None:
    accounts = {contributor.account for contributor in contributors}
    ensure(len(accounts) == len(contributors), SharesUnbalanced)
    total = sum(contributor.share for contributor in contributors)
    ensure(total == (WHOLE if contributors else 0), SharesUnbalanced)
