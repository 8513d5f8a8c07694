"""A family of models: its number, name, parameters, artifact and trainer, and how far it is from scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module

from pallets.learning.estimators.artifact import ArtifactDecodeError, EstimatorError
from pallets.learning.estimators.artifact_kinds import ArtifactKind, Model, says_classes
from pallets.learning.estimators.family_parameters import Parameter, checked

Trainer = Callable[..., Model]
"""Takes rows, targets where the family has them, and its parameters by name."""

ARTIFACT_BYTES = 2**25
"""The longest artifact that `decode` looks at."""


class Purpose(IntEnum):
    """What a family's models are asked."""

    CLASSIFY = 0
    REGRESS = 1
    CLUSTER = 2
    TRANSFORM = 3


class LearningExtraMissing(ImportError):
    """A trainer needs numpy and scikit-learn."""


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of model that a task can choose.

    trainer: the module of this package whose function of the family's name trains
    agreement: how far a prediction can be from scikit-learn's for the same rows
    """

    number: int
    name: str
    purpose: Purpose
    kind: ArtifactKind
    trainer: str
    parameters: tuple[Parameter, ...]
    agreement: str

    @property
    def has_targets(self) -> bool:
        """Whether rows are learnt from with classes or values."""
        return self.purpose in (Purpose.CLASSIFY, Purpose.REGRESS)

    @property
    def specification(self) -> bytes:
        """The text whose hash a registry can hold."""
        settings = "; ".join(
            f"{each.name} {each.low} to {each.high}" + (f" / 2^{each.fractional_bits}" if each.fractional_bits else "")
            for each in self.parameters
        )
        text = f"{self.name}: artifact {self.kind.magic.decode()}; {settings or 'no parameters'}; {self.agreement}"
        return text.encode()

    def train(self, rows: object, targets: object = None, **parameters: int) -> Model:
        """A model of quantised rows, and of their targets where the family has them.

        Raises EstimatorError for parameters out of bounds or targets that are missing or too many, TrainingError for
        rows that nothing can be learnt from, LearningExtraMissing without the extra.
        """
        settings = checked(self.parameters, parameters)
        if self.has_targets != (targets is not None):
            raise EstimatorError(f"{self.name} learns {'with' if self.has_targets else 'without'} targets")
        tables = (rows, targets) if self.has_targets else (rows,)
        return self._trainer()(*tables, **settings)

    def decode(self, data: bytes) -> Model:
        """The model of its canonical bytes; raises DecodeError, also for a model of another purpose."""
        check_size(data)
        model = self.kind.decode(data)
        answers = says_classes(model)
        if answers is not None and answers != (self.purpose is Purpose.CLASSIFY):
            raise ArtifactDecodeError(len(self.kind.magic), f"this model cannot {self.purpose.name.lower()}")
        return model

    def _trainer(self) -> Trainer:
        try:
            found: Trainer = getattr(import_module(f"pallets.learning.estimators.{self.trainer}"), self.name)
        except ImportError as error:
            raise LearningExtraMissing(f"{error}; training needs: pip install 'palletlab[learning]'") from None
        return found


def check_size(data: bytes) -> None:
    """Refuse an artifact that is too long to look at; raises ArtifactDecodeError."""
    if len(data) > ARTIFACT_BYTES:
        raise ArtifactDecodeError(ARTIFACT_BYTES, f"{len(data)} bytes, more than {ARTIFACT_BYTES}")
