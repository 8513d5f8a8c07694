"""A checker's verdict on one data set, from its bytes and the device's key alone: the same on every node."""

from __future__ import annotations

from chain.content.cid import CidError
from chain.content.store import ContentError, ContentMalformed
from chain.runtime_api import OffchainNode
from pallets.data_registry.pebble.batch import BatchRefused, verified
from pallets.data_registry.pebble.signature import KeyInvalid
from pallets.data_registry.types import Description, DeviceKey, Format, Verdict
from pallets.ml_registry.artifact import ArtifactMismatch, fetch


class Unavailable(Exception):
    """The node's store has not got the bytes: that proves nothing, so there is no verdict yet."""


def examine(node: OffchainNode, description: Description, key: DeviceKey | None) -> Verdict:
    """Fetch a data set and compare; raises Unavailable."""
    try:
        data = fetch(node, description.artifact)
    except (ArtifactMismatch, CidError, ContentMalformed):
        return Verdict.DIFFERS
    except ContentError as problem:
        raise Unavailable(str(problem)) from problem
    if description.format is Format.OPAQUE:
        return Verdict.MATCHES
    try:
        verified(description.format, data, b"" if key is None else key)
    except (BatchRefused, KeyInvalid):
        return Verdict.UNSIGNED
    return Verdict.MATCHES
