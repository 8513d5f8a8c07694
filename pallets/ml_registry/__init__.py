"""The registry of machine-learning models: enumerated algorithms, models, and versions with hash-linked lineage.

`artifact` (bytes in the content store), `types` (records and ids), `algorithms` (those of a new chain), `pallet`.

    registry = MlRegistry(self, ml_registry.Config(), index=20)
"""

from pallets.ml_registry.algorithms import FOREST_MERGE, LINEAR_AVERAGING, first_algorithms
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch, artifact_of
from pallets.ml_registry.pallet import (
    AlgorithmDisabled,
    AlgorithmRegistered,
    AlgorithmSwitched,
    Config,
    EmptyArtifact,
    Error,
    Event,
    ForeignParent,
    Genesis,
    MlRegistry,
    ModelCreated,
    NameMissing,
    NotOwner,
    SharesUnbalanced,
    UnknownAlgorithm,
    UnknownModel,
    UnknownParent,
    VersionPublished,
)
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
    "LINEAR_AVERAGING",
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
    "SharesUnbalanced",
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
