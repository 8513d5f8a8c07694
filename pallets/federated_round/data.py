"""What an operator gives its node for federated rounds: private rows, test sets, and what it is willing to do.

    Operator(data=LocalData(DataSet.of(rows, labels), salt))            a client
    Operator(serves=True)                                               aggregates and validates
    Operator(test_sets=(HeldOut(DataSet.of(rows, labels), salt), …))    a task's owner

It is handed over as the node's `data`, alone or in a tuple with what other pallets' workers want. Rows never leave the
node; a test set does, in the round that it judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from struct import pack, unpack
from typing import Annotated, Any, Protocol

from chain.crypto.hashing import blake2_256
from chain.primitives import I32, U16, Hash, MaxLen
from chain.record import record
from chain.scale import DecodeError, EncodeError, codec_of
from chain.secret_fields import SECRET
from pallets.federated_round.sealed import commitment_of
from pallets.federated_round.types import TaskId

MAX_ROWS = 2**20
"""As many as the trainers take."""

SALT_BYTES = 32


class DataError(ValueError):
    """Rows that are no data set, or bytes that are not the encoding of one."""


@record
class DataSet:
    """Quantised rows and what they teach.

    columns: features in a row; features: row by row, u16 little endian
    targets: a class of each row, or a fixed-point value with 16 fractional bits
    """

    columns: U16
    features: bytes = field(repr=False)  # private rows shall not turn up in a log
    targets: Annotated[tuple[I32, ...], MaxLen(MAX_ROWS)] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.targets or not self.columns:
            raise DataError(f"{len(self.targets)} rows of {self.columns} features")
        if len(self.features) != 2 * self.columns * len(self.targets):
            raise DataError(f"{len(self.features)} bytes for {len(self.targets)} rows of {self.columns} features")

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]], targets: Sequence[int]) -> DataSet:
        """The data set of rows of u16 features and their targets; raises DataError."""
        columns = len(rows[0]) if rows else 0
        if len(rows) != len(targets) or any(len(row) != columns for row in rows):
            raise DataError(f"{len(rows)} rows, not all of {columns} features, for {len(targets)} targets")
        values = [value for row in rows for value in row]
        if values and not 0 <= min(values) <= max(values) < 2**16:
            raise DataError("a feature does not fit 16 bits")
        return cls(columns, pack(f"<{len(values)}H", *values), tuple(targets))

    def rows(self) -> list[tuple[int, ...]]:
        """The features of each row."""
        values = unpack(f"<{len(self.features) // 2}H", self.features)
        return [values[start : start + self.columns] for start in range(0, len(values), self.columns)]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.targets)


def encode_data_set(data: DataSet) -> bytes:
    """The canonical bytes; raises DataError where a target does not fit 32 bits, or there are too many."""
    try:
        return codec_of(DataSet).encode(data)
    except EncodeError as error:
        raise DataError(str(error)) from None


def decode_data_set(data: bytes) -> DataSet:
    """The data set of its canonical bytes; raises DataError."""
    try:
        decoded: DataSet = codec_of(DataSet).decode(data)
    except DecodeError as error:
        raise DataError(str(error)) from None
    return decoded


def check_shape(data: DataSet, columns: int, classes: int) -> None:
    """Raises DataError where rows have another number of features, or a label is no class (0: values)."""
    if data.columns != columns:
        raise DataError(f"rows of {data.columns} features, not {columns}")
    if classes and not 0 <= min(data.targets) <= max(data.targets) < classes:
        raise DataError(f"a label outside 0..{classes - 1}")


class _Rooted:
    """Rows with a hash that is found once: they do not change."""

    __slots__ = ("_root",)

    _root: Hash

    @property
    def root(self) -> Hash:
        """Blake2b-256 of `_hashed`."""
        try:
            return self._root
        except AttributeError:  # nobody has asked for it before
            object.__setattr__(self, "_root", Hash(blake2_256(self._hashed())))
            return self._root

    def _hashed(self) -> bytes:
        raise NotImplementedError


@record
class LocalData(_Rooted):
    """A client's private rows; the salt keeps others from trying out which rows have the root on chain.

    source: the bytes that the rows were read from, where others know those (readings signed by a device); else None
    """

    data: DataSet
    salt: bytes = field(repr=False, metadata=SECRET)
    source: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _check_salt(self.salt)

    def _hashed(self) -> bytes:
        """Salt ‖ source, or canonical bytes: what the client commits to have trained on."""
        return self.salt + (encode_data_set(self.data) if self.source is None else self.source)


@record
class HeldOut(_Rooted):
    """A test set, secret until the round that it judges."""

    data: DataSet
    salt: bytes = field(repr=False, metadata=SECRET)

    def __post_init__(self) -> None:
        _check_salt(self.salt)

    def _hashed(self) -> bytes:
        """The canonical bytes."""
        return encode_data_set(self.data)

    @property
    def commitment(self) -> Hash:
        """What the owner commits when the task is created."""
        return commitment_of(self.salt, self.root)


class Training(Protocol):
    """Training of an operator's own, with whatever it likes: torch, JAX, another machine."""

    def __call__(self, weights: Any, data: DataSet, seed: bytes, /) -> Any:  # of numpy, which is not imported here
        """From the weights that the round began with to the trained ones.

        weights: (parameters,) float32, in the order of the model's bytes; so are those that are given back
        seed: of this client in this round
        """
        ...


@record
class Operator:
    """What an operator lets its node do in federated rounds.

    data: to train on, None for no client; serves: whether to aggregate and validate
    test_sets: of the tasks that the account owns
    tasks: those to take part in, None for all
    training: in place of the built-in one, for algorithms that take it (networks); None for the built-in one
    falsifies: for shows and tests; as an aggregator, says the opposite of what the updates give, as others do who
        falsify: together they can be a majority, which only a challenge answers
    stands: whether to enrol once for all rounds of a task; where it has no phase to enrol in, that is done anyway
    """

    data: LocalData | None = None
    serves: bool = False
    test_sets: tuple[HeldOut, ...] = ()
    tasks: frozenset[TaskId] | None = None
    training: Training | None = None
    falsifies: bool = False
    stands: bool = False

    def joins(self, task: TaskId) -> bool:
        """Whether to enrol in rounds of a task."""
        return (self.data is not None or self.serves) and (self.tasks is None or task in self.tasks)


def operator_of(data: Any) -> Operator | None:
    """The operator's instructions in a node's `data`, which may be theirs alone or a tuple that holds them."""
    for each in data if isinstance(data, tuple) else (data,):  # of every operator in every block
        if isinstance(each, Operator):
            return each
    return None


def _check_salt(salt: bytes) -> None:
    if len(salt) != SALT_BYTES:
        raise DataError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
