"""The registry of algorithms, models and versions. The bytes of a model live in the content store, its hash here."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from chain.primitives import I64, U32, AccountId, Hash
from pallets.frame.arithmetic import ensure_add
from pallets.frame.call import call
from pallets.frame.error import PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin, ensure_root, ensure_signed
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import Identity, StorageDoubleMap, StorageMap, StorageValue, Twox64
from pallets.frame.weight import db
from pallets.ml_registry.algorithms import first_algorithms
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.types import (
    WHOLE,
    Algorithm,
    AlgorithmId,
    Contributors,
    Model,
    ModelId,
    Name,
    Published,
    Version,
    VersionNumber,
    version_id,
)


@config
class Config:
    """The registry asks nothing of the runtime."""


@config
class Genesis:
    """The algorithms of block zero; their ids are their positions."""

    algorithms: tuple[Algorithm, ...] = first_algorithms()


class Event(PalletEvent):
    """What happened."""


class AlgorithmRegistered(Event):
    """Models may be made by a new algorithm."""

    algorithm: AlgorithmId
    name: Name
    specification: Hash


class AlgorithmSwitched(Event):
    """An algorithm was enabled, or disabled for new models and rounds."""

    algorithm: AlgorithmId
    enabled: bool


class ModelCreated(Event):
    """A model exists; it has no version yet."""

    model: ModelId
    owner: AccountId
    algorithm: AlgorithmId


class VersionPublished(Event):
    """A model has a new version."""

    model: ModelId
    number: VersionNumber
    version: Hash
    parent: Hash | None
    metric: I64


class Error(PalletError):
    """Why a call failed."""


class UnknownAlgorithm(Error):
    """No algorithm has this id."""


class AlgorithmDisabled(Error):
    """The algorithm may not be used any more."""


class UnknownModel(Error):
    """No model has this id."""


class NotOwner(Error):
    """Only the model's owner may do this."""


class NameMissing(Error):
    """A name has at least one byte."""


class UnknownParent(Error):
    """No version has this id."""


class ForeignParent(Error):
    """The parent was made by another algorithm."""


class EmptyArtifact(Error):
    """A model has bytes, and a CID to find them by."""


class SharesUnbalanced(Error):
    """The contributors are not all different, or their shares do not add up to a million."""


class MlRegistry(Pallet[Config]):
    """Algorithms, models and versions."""

    algorithms: StorageMap[Twox64[AlgorithmId], Algorithm | None]
    """Every algorithm that ever was allowed."""

    algorithm_count: StorageValue[U32]
    """The id of the next algorithm."""

    models: StorageMap[Twox64[ModelId], Model | None]
    """Every model."""

    model_count: StorageValue[U32]
    """The id of the next model."""

    versions: StorageMap[Identity[Hash], Published | None]
    """Every version, by the hash of its content."""

    version_ids: StorageDoubleMap[Twox64[ModelId], Twox64[VersionNumber], Hash | None]
    """The versions of each model in the order of their publication, counted from zero."""

    children: StorageDoubleMap[Identity[Hash], Identity[Hash], VersionNumber | None]
    """From a version to those made from it: their numbers in their own models."""

    # Calls

    @call(0, weight=db(reads=1, writes=2))
    def register_algorithm(self, origin: Origin, name: Name, specification: Hash) -> None:
        """Allow a new algorithm; root only."""
        ensure_root(origin)
        ensure(len(name) > 0, NameMissing)
        self._add_algorithm(Algorithm(name, specification, True))

    @call(1, weight=db(reads=1, writes=1))
    def set_algorithm_enabled(self, origin: Origin, algorithm: AlgorithmId, enabled: bool) -> None:
        """Enable an algorithm, or disable it for new models and rounds; root only."""
        ensure_root(origin)
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

    @call(3, weight=db(reads=3, writes=4))
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

    # For other pallets

    def model(self, model: ModelId) -> Model:
        """The model; raises UnknownModel."""
        found = self.models.get(model)
        if found is None:
            raise UnknownModel
        return found

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
        self.models.insert(model, replace(found, versions=ensure_add(U32, version.number, 1), latest=identity))
        self.deposit_event(VersionPublished(model, version.number, identity, parent, metric))
        return identity

    # Questions

    def latest(self, model: ModelId) -> Hash | None:
        """The id of the newest version; None where there is none. Raises UnknownModel."""
        return self.model(model).latest

    def version(self, version: Hash) -> Version:
        """The version of an id; raises UnknownParent."""
        found = self.versions.get(version)
        if found is None:
            raise UnknownParent
        return found.version

    def versions_of(self, model: ModelId) -> Iterator[tuple[Hash, Version]]:
        """The versions of a model, oldest first; raises UnknownModel."""
        for number in range(self.model(model).versions):
            identity = self.version_ids.get((model, number))
            if identity is not None:
                yield identity, self.version(identity)

    def ancestors(self, version: Hash) -> Iterator[Hash]:
        """What a version was made from, its parent first; raises UnknownParent."""
        parent = self.version(version).parent
        while parent is not None:
            yield parent
            parent = self.version(parent).parent

    def descendants(self, version: Hash) -> Iterator[Hash]:
        """What was made from a version: children before grandchildren, siblings in order of their ids."""
        pending = deque([version])
        while pending:
            for _, child in self.children.iter_keys(prefix=(pending.popleft(),)):
                yield child
                pending.append(child)

    # Parts

    def _add_algorithm(self, algorithm: Algorithm) -> None:
        number = self.algorithm_count.get()
        self.algorithm_count.put(ensure_add(U32, number, 1))
        self.algorithms.insert(number, algorithm)
        self.deposit_event(AlgorithmRegistered(number, algorithm.name, algorithm.specification))

    def _check_parent(self, model: Model, parent: Hash | None) -> None:
        if parent is not None:
            ensure(self.model(self.version(parent).model).algorithm == model.algorithm, ForeignParent)

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
            if version.parent is not None:
                assert self.children.contains_key((version.parent, identity)), f"{identity.hex()} is no child"
        for number, model in self.models.iter():
            assert model is not None
            newest = self.version_ids.get((number, model.versions - 1)) if model.versions else None
            assert newest == model.latest, f"model {number} names another latest version"


def _check_shares(contributors: Contributors) -> None:
    accounts = {contributor.account for contributor in contributors}
    ensure(len(accounts) == len(contributors), SharesUnbalanced)
    total = sum(contributor.share for contributor in contributors)
    ensure(total == (WHOLE if contributors else 0), SharesUnbalanced)
