"""A content store from one line of text, and several as one.

    memory:                         in this process, gone with it
    dir:PATH                        a directory
    kubo:http://127.0.0.1:5001      the RPC API of a Kubo node
    s3:http://HOST/BUCKET[/PREFIX]  a bucket; keys and region from the environment, as Amazon's tools name them
    gateway:https://HOST            an IPFS gateway, for reading

What speaks HTTP is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from chain.content.chunked import ChunkedStore
from chain.content.directory import DirectoryStore
from chain.content.layout import IPFS, Layout
from chain.content.memory import MemoryStore
from chain.content.several import SeveralStores
from chain.content.store import DEFAULT_LIMIT, Backend

KINDS: Final = ("memory", "dir", "kubo", "s3", "gateway")

ACCESS_KEY: Final = "AWS_ACCESS_KEY_ID"
SECRET_KEY: Final = "AWS_SECRET_ACCESS_KEY"
TOKEN: Final = "AWS_SESSION_TOKEN"
REGION: Final = "AWS_REGION"


class AddressError(ValueError):
    """A text is not the address of a store; the message is one sentence, without what may be secret."""


def opened_chunked(
    addresses: Sequence[str],
    environment: Mapping[str, str],
    layout: Layout = IPFS,
    limit: int = DEFAULT_LIMIT,
) -> ChunkedStore:
    """A store of artifacts over all the addresses, asked in their order; raises AddressError, OSError."""
    return ChunkedStore(opened_all(addresses, environment), layout, limit)


def opened_all(addresses: Sequence[str], environment: Mapping[str, str]) -> Backend:
    """The store at the address, or several as one; raises AddressError, OSError."""
    if not addresses:
        raise AddressError("no store is named")
    backends = [opened(address, environment) for address in addresses]
    return backends[0] if len(backends) == 1 else SeveralStores(backends)


def opened(address: str, environment: Mapping[str, str]) -> Backend:
    """The store at an address; raises AddressError, and OSError where a directory cannot be made."""
    kind, colon, place = address.partition(":")
    if not colon or kind not in KINDS:
        raise AddressError(f"a store is named by one of {', '.join(f'{each}:' for each in KINDS)} and where it is")
    if (kind == "memory") != (place == ""):
        raise AddressError(f"{kind}: {'is followed by nothing' if kind == 'memory' else 'is followed by where it is'}")
    try:
        match kind:
            case "memory":
                return MemoryStore()
            case "dir":
                return DirectoryStore(Path(place))
            case "kubo":
                return _kubo(place)
            case "gateway":
                return _gateway(place)
            case _:
                return _s3(place, environment)
    except AddressError:
        raise
    except ValueError as error:
        raise AddressError(f"{kind}: {error}") from None


def _kubo(base: str) -> Backend:
    from chain.content.kubo import KuboStore

    return KuboStore(base)


def _gateway(base: str) -> Backend:
    from chain.content.gateway import GatewayStore

    return GatewayStore(base)


def _s3(place: str, environment: Mapping[str, str]) -> Backend:
    from chain.content.s3 import S3Store
    from chain.content.signature_v4 import Credentials

    lacking = [name for name in (ACCESS_KEY, SECRET_KEY) if not environment.get(name)]
    if lacking:
        raise AddressError(f"s3: the environment has no {' and no '.join(lacking)}")
    parts = urlsplit(place)
    bucket, _, prefix = parts.path.removeprefix("/").partition("/")
    if parts.query or parts.fragment or not bucket:
        raise AddressError("s3: is followed by http:// or https://, a host, and /BUCKET or /BUCKET/PREFIX")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    credentials = Credentials(
        access_key=environment[ACCESS_KEY],
        secret_key=environment[SECRET_KEY],
        token=environment.get(TOKEN) or None,
        region=environment.get(REGION) or "us-east-1",
    )
    return S3Store(f"{parts.scheme}://{parts.netloc}", bucket, credentials, prefix)
