"""A forest of many clients that says whose trees are whose, so that a client can leave without a trace.

Clients stand in ascending order, whoever came first, and each one's trees in the order in which it gave them. A
client's trees depend on its own rows, on the task, and on `client_seed`; its quota on how many rows it has. So nothing
of a client is left once its trees are gone: the bytes are those of a forest that it never joined.

    "PLD\\x01" ‖ clients u16                   header, integers little endian
    client, 32 bytes ‖ trees u16              each client, ascending, each with at least one tree
    the canonical encoding of the forest
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from struct import Struct

from pallets.learning.decoding import DecodeError, read_header
from pallets.learning.forest import MAX_TREES, Forest, ForestError, merge, tree_ranges, without
from pallets.learning.forest_codec import ForestDecodeError, decode_forest, encode_forest
from pallets.learning.stream import seed_for

CLIENT_BYTES = 32
"""A client is named by its account."""

_MAGIC = b"PLD\x01"
_HEADER = Struct("<H")
_SHARE = Struct("<32sH")


class FederationError(ForestError):
    """Shares that are no shares of this forest, or a client that has none."""


class FederationDecodeError(DecodeError):
    """Bytes are no canonical forest of clients."""

    what = "federated forest encoding"


@dataclass(frozen=True, slots=True)
class Share:
    """How many trees of the forest a client gave."""

    client: bytes
    trees: int


@dataclass(frozen=True, slots=True)
class FederatedForest:
    """A forest, and whose its trees are: the first client's come first."""

    shares: tuple[Share, ...]
    forest: Forest

    def __post_init__(self) -> None:
        for share in self.shares:
            if len(share.client) != CLIENT_BYTES:
                raise FederationError(f"a client of {len(share.client)} bytes, not {CLIENT_BYTES}")
            if not 1 <= share.trees <= MAX_TREES:
                raise FederationError(f"client {share.client.hex()} has {share.trees} trees")
        if any(one.client >= next_.client for one, next_ in pairwise(self.shares)):
            raise FederationError("clients are not in ascending order")
        if (trees := sum(share.trees for share in self.shares)) != len(self.forest.trees):
            raise FederationError(f"shares of {trees} trees in a forest of {len(self.forest.trees)}")


def client_seed(round_seed: bytes, client: bytes) -> bytes:
    """The seed that a client grows its trees from.

    round_seed: the chain's randomness, drawn after the roots of all data are fixed, so that nobody chooses it
    """
    return seed_for("federated forest", round_seed, client)


def quota_of(rows: int, rows_for_a_tree: int, most: int) -> int:
    """How many trees a client with so many rows gives: one for each `rows_for_a_tree` begun, `most` at most.

    It depends on nobody else's rows, or a client's leaving would change what the others gave.
    """
    if rows < 1 or rows_for_a_tree < 1 or not 1 <= most <= MAX_TREES:
        raise FederationError(f"no quota for {rows} rows, {rows_for_a_tree} rows for a tree and at most {most} trees")
    return min(-(-rows // rows_for_a_tree), most)


def joined(federated: FederatedForest, client: bytes, given: Forest, quota: int | None = None) -> FederatedForest:
    """The forest with a client's first `quota` trees, all by default, after those that it gave before.

    Raises ForestError where the client's forest has another shape or too few trees, or all have too many together.
    """
    grown = merge([given], None if quota is None else [quota])
    if not grown.trees:
        return federated
    own = [share.client for share in federated.shares]
    place = sum(other < client for other in own)
    has_share = own[place : place + 1] == [client]
    before = place + has_share
    first = sum(share.trees for share in federated.shares[:before])
    head = without(federated.forest, range(first, len(federated.forest.trees)))
    tail = without(federated.forest, range(first))
    had = federated.shares[place].trees if has_share else 0
    shares = (*federated.shares[:place], Share(client, had + len(grown.trees)), *federated.shares[before:])
    return FederatedForest(shares, merge([head, grown, tail]))


def without_oldest(federated: FederatedForest, most: int) -> FederatedForest:
    """The forest with so many trees at most: again and again whoever has most, the first of equals, loses its oldest.

    Nobody whose share is no larger than the others' loses a tree while another's is.
    """
    kept = {share.client: share.trees for share in federated.shares}
    for _ in range(len(federated.forest.trees) - most):
        kept[max(kept, key=lambda client: kept[client])] -= 1
    if len(federated.forest.trees) <= most:
        return federated
    ranges = tree_ranges([share.trees for share in federated.shares])
    trees = [
        federated.forest.trees[own.stop - kept[share.client] : own.stop]
        for share, own in zip(federated.shares, ranges, strict=True)
    ]
    shares = tuple(Share(client, count) for client, count in kept.items() if count)
    return FederatedForest(shares, replace(federated.forest, trees=tuple(chain.from_iterable(trees))))


def forgotten(federated: FederatedForest, client: bytes) -> FederatedForest:
    """The forest that the client never joined, to the byte; raises FederationError where it has no trees in it."""
    if not trees_of(federated, client):
        raise FederationError(f"client {client.hex()} has no trees in this forest")
    stayed = tuple(share for share in federated.shares if share.client != client)
    return FederatedForest(stayed, without_client(federated.forest, federated.shares, client))


def without_client(forest: Forest, given: Sequence[Share], client: bytes) -> Forest:
    """The forest that a client's trees were never merged into.

    given: who gave how many, in the order of the trees; over several rounds a client may come several times
    Raises FederationError where the shares are not those of all trees.
    """
    if (trees := sum(share.trees for share in given)) != len(forest.trees):
        raise FederationError(f"shares of {trees} trees in a forest of {len(forest.trees)}")
    ranges = tree_ranges([share.trees for share in given])
    for share, own in reversed(list(zip(given, ranges, strict=True))):  # the last first, so that places stay true
        if share.client == client:
            forest = without(forest, own)
    return forest


def trees_of(federated: FederatedForest, client: bytes) -> range:
    """Which trees of the forest are a client's; none where it has none."""
    ranges = tree_ranges([share.trees for share in federated.shares])
    return next((own for share, own in zip(federated.shares, ranges, strict=True) if share.client == client), range(0))


def encode_federated(federated: FederatedForest) -> bytes:
    """The canonical bytes."""
    shares = b"".join(_SHARE.pack(share.client, share.trees) for share in federated.shares)
    return _MAGIC + _HEADER.pack(len(federated.shares)) + shares + encode_forest(federated.forest)


def decode_federated(data: bytes) -> FederatedForest:
    """The forest of its canonical bytes; raises FederationDecodeError."""
    start, end = len(_MAGIC) + _HEADER.size, head_size(data)
    shares = [Share(*_SHARE.unpack_from(data, offset)) for offset in range(start, end, _SHARE.size)]
    try:
        return FederatedForest(tuple(shares), decode_forest(data[end:]))
    except ForestDecodeError as error:
        raise FederationDecodeError(end + error.offset, error.reason) from None
    except FederationError as error:
        raise FederationDecodeError(start, str(error)) from None


def head_size(data: bytes) -> int:
    """Bytes before the encoding of the forest; raises FederationDecodeError."""
    (clients,) = read_header(data, _HEADER, _MAGIC, FederationDecodeError)
    end = len(_MAGIC) + _HEADER.size + clients * _SHARE.size
    if len(data) < end:
        raise FederationDecodeError(len(data), f"ends within the shares of {clients} clients")
    return end


def federation(shape: Forest, given: Sequence[tuple[bytes, Forest]]) -> FederatedForest:
    """The forest of these clients, in whatever order they are listed; `shape` says what a forest of nobody is."""
    federated = FederatedForest((), without(shape, range(len(shape.trees))))
    for client, forest in given:
        federated = joined(federated, client, forest)
    return federated
