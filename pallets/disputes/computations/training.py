"""A classifying forest grown on committed rows: what it is computed of, and the states that it goes through.

    tree by tree    Drawing ─> Visiting ─> Counting ─> Searching ─> Deciding ─> Visiting … ─> Writing ─> Drawing …
                               └───────────── node by node, level by level ───────────┘                └─> Finished

    Drawing      how often the tree learns from each row of a chunk: its bootstrap sample
    Visiting     the next node: which rows reach it
    Counting     the classes of its rows, chunk by chunk: whether it may be split, and what it says as a leaf
    Searching    the histogram of one feature, chunk by chunk, and its best split by exact integers
    Deciding     the node is written, and its children are
    Writing      the tree's bytes, in preorder

Features are bytes, so that every value is a bin of the trainer's. The committed rows are the leaves of a tree: chunks
of whole rows of at most 1,024 bytes together, each row its features and then its class.
"""

from __future__ import annotations

from struct import Struct
from typing import Annotated, Final

from chain.crypto.hashing import blake2_256
from chain.primitives import U8, U16, U32, U64, U128, Bytes32, Enumeration, Hash, MaxLen
from chain.record import record
from pallets.disputes.computations.memory import Access
from pallets.disputes.computations.tape import Writer
from pallets.disputes.trace import MAX_DEPTH, Trace
from pallets.learning.forest import MAX_DEPTH as MAX_TREE_DEPTH
from pallets.ml_registry.artifact import Artifact

CHUNK_BYTES: Final = 1024
"""Of rows that one step reads."""

MAX_CHUNK_ROWS: Final = 128

MAX_CLASSES: Final = 16
"""So that a histogram, 256 values by classes, is small enough to be part of a state."""

MAX_ROWS: Final = 2**16 - 1

ROWS_DOMAIN: Final = b"palletlab/rows"

CONDITION: Final = Struct("<BBB")
"""Feature, threshold, and whether the rows above it are meant."""

BIN_BYTES: Final = 4
"""A count of rows."""


@record
class Training:
    """What a forest is grown of.

    data: the committed rows one after the other, for whoever wants to grow the forest again
    root, rows, columns: of the tree over them; their values are bytes; classes: 2 to 16
    the rest: as the trainer takes it (`learning.forest.ForestParameters`, and its seed)
    """

    data: Artifact
    root: Hash
    rows: U32
    columns: U8
    classes: U8
    trees: U16
    max_depth: U8
    min_leaf: U32
    features_per_split: U8
    seed: Bytes32


@record
class Growth:
    """What every state of a training knows.

    tree: that is grown; writer: of the forest so far; memory: the tree's; words: taken from its stream
    """

    tree: U16
    writer: Writer
    memory: Hash
    words: U64


@record
class Node:
    """The node that is worked on. number: of the nodes, in the order in which they were made; end: how many there are

    path: the conditions of the rows that reach it, three bytes each
    """

    number: U32
    end: U32
    path: Annotated[bytes, MaxLen(CONDITION.size * MAX_TREE_DEPTH)]


@record
class Best:
    """The best split so far: its worth is numerator / denominator."""

    feature: U8
    threshold: U8
    numerator: U128
    denominator: U128


class TrainingState(Enumeration):
    """Where a training stands."""


class Drawing(TrainingState):
    """The bootstrap sample. chunk: of rows; drawn: rows so far; counts: how often each row of the chunk was"""

    growth: Growth
    chunk: U32
    drawn: U32
    counts: Annotated[tuple[U16, ...], MaxLen(MAX_CHUNK_ROWS)]


class Visiting(TrainingState):
    """A node is next."""

    growth: Growth
    number: U32
    end: U32


class Counting(TrainingState):
    """The node's classes. chunk: that is next; counts: of the classes in those before it"""

    growth: Growth
    node: Node
    chunk: U32
    counts: Annotated[tuple[U32, ...], MaxLen(MAX_CLASSES)]


class Searching(TrainingState):
    """The node's split.

    leaf: what it says if there is none; features: still to be looked at, the next one first
    everything: whether these are all that there are; chunk: that is next
    cells: value u8 ‖ a u32 for each class, of the values in the chunks before it, ascending
    """

    growth: Growth
    node: Node
    leaf: U8
    features: Annotated[bytes, MaxLen(255)]
    everything: bool
    best: Best | None
    chunk: U32
    cells: Annotated[bytes, MaxLen(256 * (1 + BIN_BYTES * MAX_CLASSES))]


class Deciding(TrainingState):
    """The node is decided: a split, or what it says as a leaf."""

    growth: Growth
    node: Node
    leaf: U8
    split: Best | None


class Writing(TrainingState):
    """The tree is written. pending: nodes that are still to come, the next one last"""

    growth: Growth
    pending: Annotated[tuple[U32, ...], MaxLen(MAX_TREE_DEPTH + 1)]


class Grown(TrainingState):
    """The forest is written."""

    root: Hash
    size: U64


class Unteachable(TrainingState):
    """The rows are none of this shape, or have a class that there is not."""


@record
class Reading:
    """What a step reads. chunk, path: of the rows, where it reads any; slots: of the memory, in order"""

    chunk: Annotated[bytes, MaxLen(CHUNK_BYTES)]
    path: Annotated[tuple[Hash, ...], MaxLen(MAX_DEPTH)]
    slots: Annotated[tuple[Access, ...], MaxLen(3)]


def rows_a_chunk(columns: int) -> int:
    """Rows of so many features that are committed together."""
    return max(1, min(MAX_CHUNK_ROWS, CHUNK_BYTES // (columns + 1)))


def row_chunks(rows: list[tuple[int, ...]], labels: list[int]) -> list[bytes]:
    """The chunks that rows are committed by; features and labels are bytes."""
    joined = [bytes((*row, label)) for row, label in zip(rows, labels, strict=True)]
    each = rows_a_chunk(len(rows[0]))
    return [b"".join(joined[start : start + each]) for start in range(0, len(joined), each)]


def chunks_of_rows(data: bytes, columns: int) -> list[bytes]:
    """The chunks of rows that follow each other."""
    size = rows_a_chunk(columns) * (columns + 1)
    return [data[start : start + size] for start in range(0, len(data), size)]


def tree_of_rows(chunks: list[bytes]) -> Trace:
    """The tree of committed rows: its root is the commitment."""
    return Trace([chunk_leaf(chunk) for chunk in chunks], (len(chunks) - 1).bit_length())


def chunk_leaf(chunk: bytes) -> Hash:
    """What stands for a chunk of rows."""
    return Hash(blake2_256(ROWS_DOMAIN + chunk))
