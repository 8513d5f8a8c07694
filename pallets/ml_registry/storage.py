"""Where the registry keeps what it knows, and the questions that need no more than a look at it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from chain.primitives import U32, AccountId, Hash
from pallets.frame.ensure_origin import EnsureOrigin, EnsureRoot
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import Identity, StorageDoubleMap, StorageMap, StorageValue, Twox64
from pallets.frame.traits import Fungible
from pallets.ml_registry.errors import UnknownModel, UnknownParent
from pallets.ml_registry.types import (
    Algorithm,
    AlgorithmId,
    Credit,
    Earnings,
    Model,
    ModelId,
    Published,
    Version,
    VersionNumber,
    Withdrawal,
)


@config
class Config:
    """What the runtime supplies."""

    algorithm_origin: EnsureOrigin[object] = EnsureRoot()  # what referenda are enacted with
    max_holders: U32 = 256  # owners of one version
    currency: Fungible | None = None  # None: versions earn nothing


class RegistryStorage(Pallet[Config]):
    """The pallet's storage."""

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

    shares: StorageDoubleMap[Identity[Hash], AccountId, U32]
    """Who owns how much of a version, in parts per million: issued by contribution, then moved by their owners."""

    holder_count: StorageMap[Identity[Hash], U32]
    """How many own a part of each version."""

    withdrawn: StorageMap[Identity[Hash], Withdrawal | None]
    """Versions that shall not be used any more."""

    earnings: StorageMap[Identity[Hash], Earnings | None]
    """What versions have earned in all."""

    credits: StorageDoubleMap[Identity[Hash], AccountId, Credit | None]
    """What owners of versions have earned and not claimed, as far as it was counted."""

    # Questions

    def model(self, model: ModelId) -> Model:
        """The model; raises UnknownModel."""
        found = self.models.get(model)
        if found is None:
            raise UnknownModel
        return found

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

    def is_withdrawn(self, version: Hash) -> bool:
        """Whether a version shall not be used any more."""
        return self.withdrawn.contains_key(version)

    def set_share(self, version: Hash, who: AccountId, share: U32) -> None:
        """Write what an account owns of a version."""
        if share:
            self.shares.insert((version, who), share)
        else:
            self.shares.remove((version, who))
