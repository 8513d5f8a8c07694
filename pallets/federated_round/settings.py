"""What a task's clients train, and how: the artifact that its terms name.

The encoding is SCALE, so one setting has one root. The quantiser says how readings become the integers that models
see; it depends on the task alone, never on anybody's rows.
"""

from __future__ import annotations

from functools import lru_cache

from chain.primitives import I32, U8, U16, U32, Enumeration
from chain.scale import DecodeError, EncodeError, codec_of
from pallets.learning.boosting.model import BoostingParameters
from pallets.learning.estimators.artifact import EstimatorError, check_count
from pallets.learning.estimators.network import HIDDEN_LIMIT, MOVE_BITS
from pallets.learning.forest import ForestError, ForestKind, ForestParameters
from pallets.learning.forest_federation import quota_of
from pallets.learning.linear_model import LinearKind, LinearModelError, LinearParameters
from pallets.learning.quantise import Quantiser, QuantiserDecodeError, decode_quantiser

MAX_CLASSES = 256

MAX_PROXIMAL = 2**18
"""Four: with weights below 2^44 and steps as learning rates allow, products stay within an int64."""


class SettingsError(ValueError):
    """Bytes are no settings, or settings that cannot be trained with."""


MOST_BITS = 32
"""Of a value in a compressed update, as of `learning.compression`, which comes with numpy."""


class Settings(Enumeration):
    """What is trained, and how; variants have the ids of the registry's first algorithms."""


class ForestSettings(Settings):
    """Each client grows trees, and all are kept.

    quantiser: its canonical bytes; classes: 2 to 256, or 0 for values with 16 fractional bits
    trees: of each client; the rest as in `learning.forest.ForestParameters`
    """

    quantiser: bytes
    classes: U16
    trees: U16
    max_depth: U8
    min_leaf: U32
    features_per_split: U8

    @property
    def kind(self) -> ForestKind:
        """What the leaves say."""
        return ForestKind.CLASSIFIER if self.classes else ForestKind.REGRESSOR

    @property
    def parameters(self) -> ForestParameters:
        """As the trainer takes them; raises ForestError."""
        return ForestParameters(self.trees, self.max_depth, self.min_leaf, self.features_per_split, self.classes)


class LinearSettings(Settings):
    """Each client descends from the base version, and the weights are averaged.

    quantiser, classes: as of forests; learning_rate, l2: 16 fractional bits
    proximal: what holds a client near the base version (FedProx), 16 fractional bits; 0 for plain descent
    """

    quantiser: bytes
    classes: U16
    epochs: U32
    learning_rate: U32
    l2: U32
    proximal: U32 = 0

    @property
    def kind(self) -> LinearKind:
        """What the outputs mean."""
        return LinearKind.CLASSIFIER if self.classes else LinearKind.REGRESSOR

    @property
    def parameters(self) -> LinearParameters:
        """As the trainer takes them; raises LinearModelError."""
        return LinearParameters(self.epochs, self.learning_rate, self.l2)


class QuotaSettings(Settings):
    """Each client grows as many trees as its rows entitle it to, and the model says whose they are.

    trees: the most of one client in a round; rows_for_a_tree: a client gives one tree for each so many rows begun
    quantiser, classes and the rest as of `ForestSettings`
    """

    quantiser: bytes
    classes: U16
    trees: U16
    rows_for_a_tree: U32
    max_depth: U8
    min_leaf: U32
    features_per_split: U8

    @property
    def parameters(self) -> ForestParameters:
        """As the trainer takes them, of a client with as many trees as possible; raises ForestError."""
        self.quota(1)
        return self.forest(self.trees).parameters

    def forest(self, trees: int) -> ForestSettings:
        """The settings of a client's forest of so many trees."""
        grown = (self.max_depth, self.min_leaf, self.features_per_split)
        return ForestSettings(self.quantiser, self.classes, trees, *grown)

    def quota(self, samples: int) -> int:
        """How many trees of a client with so many rows count; raises ForestError."""
        return quota_of(samples, self.rows_for_a_tree, self.trees)


class BoostingSettings(Settings):
    """Each client adds trees that correct the base version, and all clients' trees are added to it.

    quantiser, classes: as of forests
    stages: of each client in a round, one tree for each column; rate, rows_share: 16 fractional bits
    start: what a regressor says before its first tree, 16 fractional bits; the rest as of `BoostingParameters`
    """

    quantiser: bytes
    classes: U16
    stages: U16
    rate: U32
    max_depth: U8
    min_leaf: U32
    features_per_split: U8
    rows_share: U32
    start: I32

    @property
    def parameters(self) -> BoostingParameters:
        """As the trainer takes them; raises ForestError."""
        grown = (self.max_depth, self.min_leaf, self.features_per_split)
        return BoostingParameters(self.stages, self.rate, *grown, self.rows_share)


class NetworkSettings(Settings):
    """Each client trains a network of one hidden layer, and how far their weights moved is averaged.

    quantiser, classes: as of forests; bits: of a move that a client sends, 16 or 32
    epochs, learning_rate (16 fractional bits), batch: of the built-in descent, where a client has none of its own
    """

    quantiser: bytes
    classes: U16
    hidden: U16
    bits: U8
    epochs: U16
    learning_rate: U32
    batch: U16

    @property
    def parameters(self) -> tuple[int, int, int]:
        """Epochs, rate and rows at once; raises EstimatorError where a network or its updates cannot be so."""
        check_count(self.hidden, 1, HIDDEN_LIMIT, "hidden units")
        check_count(self.batch, 1, 2**16, "rows at once")
        if self.bits not in MOVE_BITS:
            raise EstimatorError(f"{self.bits} bits a move, not {' or '.join(map(str, MOVE_BITS))}")
        return self.epochs, self.learning_rate, self.batch


Taught = ForestSettings | LinearSettings | QuotaSettings | BoostingSettings | NetworkSettings
"""Everything that can be trained."""


class CompressedSettings(Settings, index=255):
    """Clients of averaged models send less than whole updates; the index stands apart from algorithms' ids.

    settings: canonical bytes of linear or network settings, which say all else
    bits: of each value that is sent, 1 to 32, or 0 for whole values
    kept: how many values of an update are sent, those that moved furthest, or 0 for all
    How far a value is off is said by each update (`learning.compression.largest_error`). Not for hidden updates, which
    are summed under masks with all their bits; nor for aggregates open to challenge, for the chain adds whole updates;
    nor under noise, which goes on whole weights.
    """

    settings: bytes
    bits: U8
    kept: U32


Compressible = LinearSettings | NetworkSettings
"""Whose updates are vectors, of which parts can be sent."""


def encode_settings(settings: Settings) -> bytes:
    """The canonical bytes; raises SettingsError where a number does not fit its field."""
    try:
        return codec_of(Settings).encode(settings)
    except EncodeError as error:
        raise SettingsError(str(error)) from None


@lru_cache(maxsize=32)  # a task's settings never change, and each errand of a worker asks for them
def decode_settings(data: bytes) -> Settings:
    """The settings of their canonical bytes, checked; raises SettingsError."""
    settings = _decoded(data)
    check_settings(settings)
    return settings


def compressible(settings: CompressedSettings) -> Compressible:
    """What clients train who compress their updates; raises SettingsError for what is no vector."""
    found = _decoded(settings.settings)
    if not isinstance(found, Compressible):
        raise SettingsError(f"updates under {type(found).__name__} are no vectors, so none can be compressed")
    return found


def check_settings(settings: Settings) -> None:
    """Raises SettingsError where nobody could train with these."""
    if isinstance(settings, CompressedSettings):
        if settings.bits > MOST_BITS or not (settings.bits or settings.kept):
            raise SettingsError(f"{settings.bits} bits of {settings.kept} values: not 1 to {MOST_BITS}, or 0 for whole")
        settings = compressible(settings)
    if not isinstance(settings, Taught):
        raise SettingsError(f"{type(settings).__name__} are no settings")
    try:
        quantiser_of(settings)
        _ = settings.parameters
    except (EstimatorError, ForestError, LinearModelError) as error:
        raise SettingsError(str(error)) from None
    if isinstance(settings, LinearSettings) and settings.proximal > MAX_PROXIMAL:
        raise SettingsError(f"proximal is {settings.proximal}, not 0 to {MAX_PROXIMAL}")
    if isinstance(settings, BoostingSettings) and settings.classes and settings.start:
        raise SettingsError(f"a start of {settings.start} for classes: only values have one")
    if settings.classes == 1 or settings.classes > MAX_CLASSES:
        raise SettingsError(f"{settings.classes} classes, not 2 to {MAX_CLASSES}, or 0 for values")


def _decoded(data: bytes) -> Settings:
    try:
        settings: Settings = codec_of(Settings).decode(data)
    except DecodeError as error:
        raise SettingsError(str(error)) from None
    return settings


def quantiser_of(settings: Taught) -> Quantiser:
    """The quantiser; raises SettingsError where its bytes are none."""
    try:
        return decode_quantiser(settings.quantiser)
    except QuantiserDecodeError as error:
        raise SettingsError(str(error)) from None
