"""The accounts that every development chain knows: Alice, Bob, Charlie, Dave, Eve, Ferdie, and their stashes.

Their secrets are public. Each key pair is derived when it is first asked for.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.primitives import AccountId

NAMES: Final = ("Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie")


@cache
def pair(name: str, scheme: Scheme = Scheme.SR25519) -> KeyPair:
    """The key pair of `//name` under the development phrase: `pair("Alice")`, `pair("Bob//stash")`."""
    return KeyPair.from_uri(f"//{name}", scheme)


def account(name: str, scheme: Scheme = Scheme.SR25519) -> AccountId:
    """The account of `pair(name)`."""
    return pair(name, scheme).account
