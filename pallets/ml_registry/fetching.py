"""Several artifacts at once: while one is read from the store, those before are hashed beside it.

Neither holds the interpreter, so as many processors are busy as there are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Final, TypeVar

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.runtime_api import OffchainNode
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch, fetch, verified

Name = TypeVar("Name")

WORTH_A_THREAD: Final = 2**20
"""Bytes of all artifacts below which hashing them beside takes longer than it saves."""


def fetch_several(node: OffchainNode, artifacts: Mapping[Name, Artifact]) -> dict[Name, bytes]:
    """The bytes of those that the store has and that are what they should be; the others are left out."""
    found = dict[Name, bytes]()
    if sum(artifact.size for artifact in artifacts.values()) < WORTH_A_THREAD:
        for name, artifact in artifacts.items():
            with suppress(ArtifactMismatch, CidError, ContentError):
                found[name] = fetch(node, artifact)
        return found
    from concurrent.futures import ThreadPoolExecutor  # for large models

    with ThreadPoolExecutor(os.cpu_count()) as beside:
        checks = {}
        for name, artifact in artifacts.items():
            with suppress(CidError, ContentError):
                data = node.content_get(artifact.cid.decode("ascii", "replace"))
                checks[name] = beside.submit(verified, artifact, data)
        for name, check in checks.items():
            with suppress(ArtifactMismatch):
                found[name] = check.result()
    return found
