"""The registry of machine-learning models: enumerated algorithms, models, and versions with hash-linked lineage.

Who contributed to a version owns parts of it, which can be moved, and which what it earns is divided by.

`artifact` (bytes in the content store), `fetching` (several at once), `types` (records and ids), `algorithms` (those of
a new chain), `errors`, `events`, `storage`, `withdrawal` (versions that shall not be used any more), `dividends` (what
versions earn), `pallet`.

    registry = MlRegistry(self, ml_registry.Config(), index=20)
"""

from pallets.ml_registry.algorithms import (
    FOREST_MERGE,
    FOREST_QUOTA,
    LINEAR_AVERAGING,
    NETWORK_AVERAGING,
    TREE_BOOSTING,
    first_algorithms,
)
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch, artifact_of
from pallets.ml_registry.errors import (
    AlgorithmDisabled,
    EmptyArtifact,
    Error,
    ForeignParent,
    NameMissing,
    NotOwner,
    SharesUnbalanced,
    ShareTooSmall,
    TooManyHolders,
    UnknownAlgorithm,
    UnknownModel,
    UnknownParent,
)
from pallets.ml_registry.events import (
    AlgorithmRegistered,
    AlgorithmSwitched,
    Event,
    ModelCreated,
    SharesTransferred,
    VersionPublished,
)
from pallets.ml_registry.pallet import Config, Genesis, MlRegistry
from pallets.ml_registry.types import (
    WHOLE,
    Algorithm,
    AlgorithmId,
    Contributor,
    Model,
    ModelId,
    Published,
    Version,
    VersionNumber,
    version_id,
)

__all__ = [
    "FOREST_MERGE",
    "FOREST_QUOTA",
    "LINEAR_AVERAGING",
    "NETWORK_AVERAGING",
    "TREE_BOOSTING",
    "WHOLE",
    "Algorithm",
    "AlgorithmDisabled",
    "AlgorithmId",
    "AlgorithmRegistered",
    "AlgorithmSwitched",
    "Artifact",
    "ArtifactMismatch",
    "Config",
    "Contributor",
    "EmptyArtifact",
    "Error",
    "Event",
    "ForeignParent",
    "Genesis",
    "MlRegistry",
    "Model",
    "ModelCreated",
    "ModelId",
    "NameMissing",
    "NotOwner",
    "Published",
    "ShareTooSmall",
    "SharesTransferred",
    "SharesUnbalanced",
    "TooManyHolders",
    "UnknownAlgorithm",
    "UnknownModel",
    "UnknownParent",
    "Version",
    "VersionNumber",
    "VersionPublished",
    "artifact_of",
    "first_algorithms",
    "version_id",
]
