"""Data of others that this node may use now: the key was released to it, and the permit is in force.

They are opened when somebody works with them, in memory, and lie nowhere in clear.
"""

from __future__ import annotations

from logging import getLogger

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.primitives import Hash
from chain.runtime_api import CapabilityDenied, OffchainNode
from pallets.data_registry.custody import BlobRefused
from pallets.data_registry.operator import Opened, steward_of
from pallets.data_registry.release import opened
from pallets.data_registry.storage import RegistryStorage
from pallets.ml_registry.artifact import ArtifactMismatch

log = getLogger(__name__)


def lent_data(registry: RegistryStorage, node: OffchainNode, purpose: Hash) -> Opened | None:
    """The first of the data sets that the operator wants for a purpose that this node can open; None: there is none."""
    steward, who = steward_of(node.data), node.account
    for want in () if steward is None else steward.wants:
        found = registry.data_sets.get(want.data_set)
        is_released = registry.released_keys.contains_key((want.data_set, who, want.purpose))
        if want.purpose != purpose or found is None or not is_released:
            continue
        if not registry.permits_use(found.description.commitment, who, purpose):
            continue
        try:
            return opened(registry, node, want.data_set, purpose)
        except (ArtifactMismatch, BlobRefused, CapabilityDenied, CidError, ContentError, KeyError) as problem:
            log.warning("data set %d cannot be opened: %s", want.data_set, problem)
    return None
