"""Canonical bytes of what travels in a round; a decoder takes nothing else. All integers little endian.

announcement  "PLA\\x01" ‖ identity length u8 ‖ signature length u8 ‖ identity ‖ both public keys ‖ signature
dealing       "PLD\\x01" ‖ dealer u32 ‖ clients u32 ‖ commitment to the seed
              ‖ key commitment ‖ seed commitment, a pair a holder ‖ 80 sealed bytes a holder but the dealer
revealed      "PLR\\x01" ‖ holder u32 ‖ seeds u32 ‖ keys u32 ‖ dealer u32 ‖ share each, ascending, seeds first
masked        "PLM\\x01" ‖ bits of a residue u8 ‖ residues u32 ‖ residues
"""

from __future__ import annotations

from itertools import pairwise
from struct import Struct

import numpy as np

from pallets.learning.decoding import DecodeError, read_header, require_length
from pallets.learning.secure_aggregation.masks import Residues
from pallets.learning.secure_aggregation.messages import DIGEST_BYTES, Announcement, Dealing, Revealed
from pallets.learning.secure_aggregation.refusals import MalformedMessage
from pallets.learning.secure_aggregation.shamir import PRIME, SHARE_BYTES, share_bytes, share_of_bytes
from pallets.learning.secure_aggregation.threshold import CLIENT_LIMIT

SEALED_BYTES = 2 * SHARE_BYTES + 16
"""Two shares and the tag of their seal."""

_ANNOUNCEMENT, _DEALING, _REVEALED, _MASKED = b"PLA\x01", b"PLD\x01", b"PLR\x01", b"PLM\x01"
_ANNOUNCEMENT_HEADER, _DEALING_HEADER = Struct("<BB"), Struct("<II")
_REVEALED_HEADER, _MASKED_HEADER = Struct("<III"), Struct("<BI")
_MAGIC_BYTES = 4


class MessageDecodeError(DecodeError):
    """Bytes are no canonical message of a round."""

    what = "secure aggregation message"


def encode_announcement(announcement: Announcement) -> bytes:
    """The canonical bytes; raises MalformedMessage where it has none."""
    keys = announcement.mask_public + announcement.channel_public
    lengths = len(announcement.identity), len(announcement.signature)
    if len(keys) != 2 * DIGEST_BYTES or len(announcement.mask_public) != DIGEST_BYTES or max(lengths) > 255:
        raise MalformedMessage("an announcement with parts of other sizes than its bytes have room for")
    header = _ANNOUNCEMENT + _ANNOUNCEMENT_HEADER.pack(*lengths)
    return header + announcement.identity + keys + announcement.signature


def decode_announcement(data: bytes) -> Announcement:
    """The announcement of its canonical bytes; raises MessageDecodeError."""
    identity, signature = read_header(data, _ANNOUNCEMENT_HEADER, _ANNOUNCEMENT, MessageDecodeError)
    start = _MAGIC_BYTES + _ANNOUNCEMENT_HEADER.size
    require_length(data, start + identity + 2 * DIGEST_BYTES + signature, MessageDecodeError)
    parts = _cut(data, start, identity, DIGEST_BYTES, DIGEST_BYTES, signature)
    return Announcement(*parts)


def encode_dealing(dealing: Dealing) -> bytes:
    """The canonical bytes; raises MalformedMessage where it has none."""
    clients = len(dealing.sealed)
    commitments = [*dealing.key_commitments, *dealing.seed_commitments, dealing.seed]
    sizes = [0 if holder == dealing.dealer else SEALED_BYTES for holder in range(clients)]
    if (
        not 0 <= dealing.dealer < clients <= CLIENT_LIMIT
        or len(dealing.key_commitments) != clients
        or len(dealing.seed_commitments) != clients
        or any(len(commitment) != DIGEST_BYTES for commitment in commitments)
        or [len(sealed) for sealed in dealing.sealed] != sizes
    ):
        raise MalformedMessage(f"a dealing of client {dealing.dealer} with parts of other sizes than its bytes have")
    pairs = zip(dealing.key_commitments, dealing.seed_commitments, strict=True)
    return b"".join(
        [
            _DEALING,
            _DEALING_HEADER.pack(dealing.dealer, clients),
            dealing.seed,
            *(key + seed for key, seed in pairs),
            *dealing.sealed,
        ]
    )


def decode_dealing(data: bytes) -> Dealing:
    """The dealing of its canonical bytes; raises MessageDecodeError."""
    dealer, clients = read_header(data, _DEALING_HEADER, _DEALING, MessageDecodeError)
    if not dealer < clients <= CLIENT_LIMIT:
        raise MessageDecodeError(_MAGIC_BYTES, f"dealer {dealer} of {clients} clients")
    start = _MAGIC_BYTES + _DEALING_HEADER.size
    sizes = [DIGEST_BYTES] * (1 + 2 * clients) + [0 if holder == dealer else SEALED_BYTES for holder in range(clients)]
    require_length(data, start + sum(sizes), MessageDecodeError)
    seed, *parts = _cut(data, start, *sizes)
    commitments, sealed = parts[: 2 * clients], parts[2 * clients :]
    return Dealing(dealer, tuple(sealed), tuple(commitments[::2]), tuple(commitments[1::2]), seed)


def encode_revealed(revealed: Revealed) -> bytes:
    """The canonical bytes; raises MalformedMessage where it has none."""
    numbers = [revealed.holder, *revealed.seeds, *revealed.keys]
    shares = [*revealed.seeds.values(), *revealed.keys.values()]
    if not all(0 <= number < CLIENT_LIMIT for number in numbers) or not all(0 <= share < PRIME for share in shares):
        raise MalformedMessage(f"client {revealed.holder} reveals what is no share, or of no client")
    entries = [*sorted(revealed.seeds.items()), *sorted(revealed.keys.items())]
    header = _REVEALED_HEADER.pack(revealed.holder, len(revealed.seeds), len(revealed.keys))
    return _REVEALED + header + b"".join(dealer.to_bytes(4, "little") + share_bytes(share) for dealer, share in entries)


def decode_revealed(data: bytes) -> Revealed:
    """The revealed shares of their canonical bytes; raises MessageDecodeError."""
    holder, seeds, keys = read_header(data, _REVEALED_HEADER, _REVEALED, MessageDecodeError)
    start = _MAGIC_BYTES + _REVEALED_HEADER.size
    if holder >= CLIENT_LIMIT or seeds > CLIENT_LIMIT or keys > CLIENT_LIMIT:
        raise MessageDecodeError(_MAGIC_BYTES, f"holder {holder} with shares of {seeds} and {keys} clients")
    require_length(data, start + (4 + SHARE_BYTES) * (seeds + keys), MessageDecodeError)
    parts = _cut(data, start, *[4, SHARE_BYTES] * (seeds + keys))
    dealers = [int.from_bytes(part, "little") for part in parts[::2]]
    for listed in (dealers[:seeds], dealers[seeds:]):
        if any(one >= other for one, other in pairwise(listed)) or any(one >= CLIENT_LIMIT for one in listed):
            raise MessageDecodeError(start, f"dealers {listed} are not ascending numbers below {CLIENT_LIMIT}")
    try:
        shares = [share_of_bytes(part) for part in parts[1::2]]
    except MalformedMessage as error:
        raise MessageDecodeError(start, str(error)) from None
    entries = list(zip(dealers, shares, strict=True))
    return Revealed(holder, dict(entries[:seeds]), dict(entries[seeds:]))


def encode_masked(residues: Residues) -> bytes:
    """The canonical bytes of a masked update."""
    width = residues.dtype.itemsize
    if residues.ndim != 1 or residues.dtype.kind != "u" or width not in (4, 8):
        raise MalformedMessage(f"a masked update of type {residues.dtype} and shape {residues.shape}")
    return _MASKED + _MASKED_HEADER.pack(8 * width, len(residues)) + residues.astype(f"<u{width}").tobytes()


def decode_masked(data: bytes) -> Residues:
    """The masked update of its canonical bytes; raises MessageDecodeError."""
    bits, count = read_header(data, _MASKED_HEADER, _MASKED, MessageDecodeError)
    if bits not in (32, 64):
        raise MessageDecodeError(_MAGIC_BYTES, f"residues of {bits} bits")
    start = _MAGIC_BYTES + _MASKED_HEADER.size
    require_length(data, start + bits // 8 * count, MessageDecodeError)
    residues: Residues = np.frombuffer(data, dtype=f"<u{bits // 8}", count=count, offset=start)
    return residues


def _cut(data: bytes, start: int, *sizes: int) -> list[bytes]:
    """Parts of these sizes, one after another."""
    parts = []
    for size in sizes:
        parts.append(data[start : start + size])
        start += size
    return parts
