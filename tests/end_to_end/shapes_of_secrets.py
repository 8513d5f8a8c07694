"""The shapes in which outputs are searched for secrets, made otherwise than the program makes them."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode


def forms(secret: bytes | str) -> set[bytes]:
    """How outputs could have it, whatever stands before and after it; halves that nobody has by chance, too."""
    secret = secret if isinstance(secret, bytes) else secret.encode()
    halves = [secret[: len(secret) // 2], secret[len(secret) // 2 :]] if len(secret) >= 32 else []
    shapes = set[bytes]()
    for part in (secret, *halves):
        shapes |= {part, part.hex().encode(), part.hex().upper().encode(), repr(part)[2:-1].encode()}
        for before in range(3):  # what the part alone says of the characters of Base64
            first, last = (before * 8 + 5) // 6, (before + len(part)) * 8 // 6
            shapes |= {encode(bytes(before) + part)[first:last] for encode in (b64encode, urlsafe_b64encode)}
    return shapes
