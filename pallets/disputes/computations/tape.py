"""Files that a chain knows only the Blake2b-256 of, read a block at a time, and written the same way.

A hash is made from the first byte to the last, so nothing of a file is known to be true before its end. Read from the
end, everything is: the hash has one last block and one chain before it that lead to it, that chain has one block
before, and so on to the first. So a file is *unrolled* from its end onto a stack, and then read from the stack's top:

    stack    blake2_256(the stack below ‖ chunk), EMPTY below the first

Chunks are cut at a file's header and from there on every 128 bytes, so that a header is the first chunk, and sixteen
words of 64 bits each of those that follow. No file needs another commitment than its hash, which it has anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

from chain.crypto.hashing import blake2_256
from chain.primitives import U16, U32, U64, Bytes64, Hash, MaxLen
from chain.record import record
from pallets.disputes.computations.compression import (
    BLOCK_BYTES,
    CHAIN_BYTES,
    DIGEST_BYTES,
    FIRST,
    blocks_of,
    compress,
)
from pallets.disputes.steps import StepRefused
from pallets.ml_registry.artifact import Artifact

EMPTY: Final = Hash(bytes(32))
"""The stack of nothing."""

MAX_FILES: Final = 33
"""A base version, and the updates of all clients of a round."""

Compress = Callable[[bytes, bytes, int, bool], bytes]
Chunk = Annotated[bytes, MaxLen(BLOCK_BYTES)]
Heads = Annotated[tuple[Hash, ...], MaxLen(MAX_FILES)]


@record
class Witness:
    """What a step reads. link: the chain before a block, or the stack below a chunk; data: the block or the chunk"""

    link: Annotated[bytes, MaxLen(CHAIN_BYTES)]
    data: Chunk


@record
class Tape:
    """Files on their way to stacks, the last block of each first.

    file: the one that is read; block: how many of its blocks are left; need: the chain that they lead to
    carry: what was read of the next chunk; stack: of this file so far; heads: of the files before it
    """

    file: U16
    block: U32
    need: Annotated[bytes, MaxLen(CHAIN_BYTES)]
    carry: Chunk
    stack: Hash
    heads: Heads


@record
class Writer:
    """A file that is being written. chain: after `taken` bytes; buffer: those after them, at most a block"""

    chain: Bytes64 = FIRST
    taken: U64 = 0
    buffer: Chunk = b""

    def written(self, data: bytes, compress: Compress = compress) -> Writer:
        """With more bytes: a compression for each block that is full and not the last."""
        chain, taken, buffer = self.chain, self.taken, self.buffer + data
        while len(buffer) > BLOCK_BYTES:
            taken += BLOCK_BYTES
            chain = compress(chain, buffer[:BLOCK_BYTES], taken, False)
            buffer = buffer[BLOCK_BYTES:]
        return Writer(chain, taken, buffer)

    def finished(self, compress: Compress = compress) -> tuple[Hash, int]:
        """Hash and size of the file; one compression."""
        size = self.taken + len(self.buffer)
        return Hash(compress(self.chain, self.buffer, size, True)[:DIGEST_BYTES]), size


def tape_of(files: tuple[Artifact, ...], at: int = 0, heads: Heads = ()) -> Tape:
    """The tape before the first block of a file is read."""
    return Tape(at, blocks_of(files[at].size), files[at].root, b"", EMPTY, heads)


def unrolled(
    tape: Tape, files: tuple[Artifact, ...], header: int, witness: Witness, compress: Compress = compress
) -> Tape:
    """The tape after one more block; `file` is past the last when all is read. One compression.

    header: bytes of the first chunk of each file
    Raises StepRefused where the witness is not the block that is next, with the chain before it.
    """
    size, place = files[tape.file].size, tape.block - 1
    is_last = tape.block == blocks_of(size)
    expected = size - place * BLOCK_BYTES if is_last else BLOCK_BYTES
    chain = witness.link if place else FIRST
    if len(witness.data) != expected or len(chain) != CHAIN_BYTES:
        raise StepRefused(f"block {place} of file {tape.file} has {expected} bytes, and a chain before it")
    taken = place * BLOCK_BYTES + expected
    if compress(chain, witness.data, taken, is_last)[: len(tape.need)] != tape.need:
        raise StepRefused(f"block {place} of file {tape.file} is another")
    joined = witness.data + tape.carry
    stack, carry = pushed(tape.stack, joined[header:]), joined[:header]
    if place:
        return replace(tape, block=place, need=chain, carry=carry, stack=stack)
    heads = (*tape.heads, pushed(stack, carry))
    if tape.file + 1 == len(files):
        return Tape(tape.file + 1, 0, b"", b"", EMPTY, heads)
    return tape_of(files, tape.file + 1, heads)


def pushed(stack: Hash, chunk: bytes) -> Hash:
    """The stack with a chunk on top; the same where the chunk is empty."""
    return Hash(blake2_256(stack + chunk)) if chunk else stack


def popped(stack: Hash, witness: Witness) -> tuple[Hash, bytes]:
    """The stack below its top, and the chunk there; raises StepRefused where the witness is another."""
    if len(witness.link) != DIGEST_BYTES or not witness.data or pushed(Hash(witness.link), witness.data) != stack:
        raise StepRefused("this is not what lies on top of the stack")
    return Hash(witness.link), witness.data


def chunks_of(data: bytes, header: int) -> list[bytes]:
    """The chunks of a file, the header first; what `unrolled` pushes, from the top."""
    starts = range(header, len(data), BLOCK_BYTES)
    return [chunk for chunk in (data[:header], *(data[start : start + BLOCK_BYTES] for start in starts)) if chunk]
