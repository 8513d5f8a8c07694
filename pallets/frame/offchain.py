"""What a pallet's worker is written with, beyond what its node lends it.

    from pallets.frame.offchain import Http, OffchainValue, Overlap, Signer, StorageLock

A worker is the method `offchain_worker(now, node)` of its pallet, run after each new best block, or
`offchain_finalized(now, node)`, once for each final one; `offchain_overlap` says what happens while an earlier run
goes on.
"""

from chain.offchain.capability import Capability, CapabilityDenied
from chain.offchain.errors import (
    HttpDeadlineReached,
    HttpInvalidId,
    HttpIoError,
    HttpRefused,
    KeyUnavailable,
    LimitExceeded,
    SubmissionRefused,
)
from chain.offchain.hook import Overlap
from chain.offchain.node_key import NodeKey
from chain.offchain.offchain_node import OffchainNode
from pallets.frame.offchain_http import Http, HttpResponse, HttpStatusError
from pallets.frame.offchain_indexing import indexing
from pallets.frame.offchain_lock import Guard, Locked, StorageLock
from pallets.frame.offchain_signer import Sent, Signer, is_signed_by
from pallets.frame.offchain_storage import FORK_AWARE, PERSISTENT, ConcurrentModification, OffchainValue

__all__ = [
    "FORK_AWARE",
    "PERSISTENT",
    "Capability",
    "CapabilityDenied",
    "ConcurrentModification",
    "Guard",
    "Http",
    "HttpDeadlineReached",
    "HttpInvalidId",
    "HttpIoError",
    "HttpRefused",
    "HttpResponse",
    "HttpStatusError",
    "KeyUnavailable",
    "LimitExceeded",
    "Locked",
    "NodeKey",
    "OffchainNode",
    "OffchainValue",
    "Overlap",
    "Sent",
    "Signer",
    "StorageLock",
    "SubmissionRefused",
    "indexing",
    "is_signed_by",
]
