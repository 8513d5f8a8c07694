"""Several pieces of a file at once, where a disk or a server is waited for.

Pieces are put and fetched in threads of this call, twice as many ahead as there are threads, so that memory holds a few
chunks of a large file. Nodes are put after all leaves, each after those that it links to: a root stands for a whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from chain.content.cid import Codec, cid_of
from chain.content.dag_pb import Link
from chain.content.layout import Layout, built
from chain.content.pieces import Piece, Source, piece_data
from chain.content.store import Backend


def kept(backend: Backend, chunks: Iterable[bytes], layout: Layout, at_once: int) -> Link:
    """Put a file; its root. Raises what `backend.put` raises."""
    nodes = list[bytes]()
    ahead = deque[Future[str]]()
    with ThreadPoolExecutor(at_once) as threads:

        def keep(piece: bytes, codec: Codec) -> str:
            if codec is Codec.DAG_PB:
                nodes.append(piece)
            else:
                ahead.append(threads.submit(backend.put, piece))
                if len(ahead) > 2 * at_once:
                    ahead.popleft().result()
            return cid_of(piece, codec)

        root = built(chunks, layout, keep)
        for put in ahead:
            put.result()
    for node in nodes:
        backend.put(node, Codec.DAG_PB)
    return root


def fetched(source: Source, pieces: Iterable[Piece], limit: int, at_once: int) -> Iterator[bytes]:
    """The bytes of the pieces, in order. Raises what `piece_data` raises."""
    ahead = deque[Future[bytes]]()
    with ThreadPoolExecutor(at_once) as threads:
        try:
            for piece in pieces:
                ahead.append(threads.submit(piece_data, source, piece, limit))
                if len(ahead) > 2 * at_once:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for each in ahead:
                each.cancel()
