"""The authoring kit: what a pallet is written with.

    from pallets.frame import Pallet, PalletEvent, StorageMap, call, config, db, ensure_signed

In reading order:

`weight`, `origin`, `error`, `event`, `arithmetic`    what calls are made of
`weight_info`                                         weights by name, which a runtime may replace
`weights_rs`, `rust_constants`                        weights imported from a Rust runtime
`rust_weights` over `rust_tokens`                     the Rust that these understand
`traced_weight`                                       weights computed from what a call does
`ensure_origin`, `collective_origin`                  checks of origins that a runtime combines
`storage` over `layout`                               typed items
`child`                                               typed values in a child trie
`call`                                                the decorator and the value
`call_filter`                                         which calls an origin may make
`pallet`                                              the base class
`declaration`                                         what a class declares, and its mistakes
`pallet_check`, `composition_check`                   mistakes that neither types nor imports show
`constants`                                           fields of a config that the metadata tells
`source_text` over `class_text`                       where in the source it stands
`pallet_layout`                                       a pallet compiled
`outer`                                               the enums over all pallets of a runtime
`authorize`                                           calls that let their own transactions in
`inherent`                                            what is wrong with an inherent
`view`                                                questions that pallets answer
`tasks`                                               work that anybody may do
`migration`                                           storage versions, migrations in one block and over many
`weight_meter`                                        work within a limit of weight
`guard`                                               what may only read
`composition`                                         pallets over one state
`traits`                                              what pallets ask of each other
`attempt`                                             calls inside calls: how they end, what they use
`deposit`, `position`                                 what is reserved for entries, and what dates them
`state_diff`                                          what changed, in the pallets' words
`offchain`                                            what workers are written with: all of the following
`offchain_storage`, `offchain_lock`                   typed values in a node's own storage, a lock between runs
`offchain_http`, `offchain_signer`                    requests; keys that the node holds
`offchain_indexing`                                   what on-chain code leaves for workers
`testing`                                             a runtime for a pallet's own tests
"""

from pallets.frame.arithmetic import ensure_add, ensure_div, ensure_mul, ensure_sub, saturating_add, saturating_sub
from pallets.frame.authorize import Authorization, authorize
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.composition import Composition
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.ensure_origin import EnsureOrigin, EnsureOriginWithArg, EnsureRoot, EnsureSigned
from pallets.frame.error import BadOrigin, DispatchError, PalletError, TokenError, TokenProblem, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.guard import TryStateError, WriteRefused
from pallets.frame.inherent import InherentError
from pallets.frame.origin import (
    NO_ORIGIN,
    ROOT,
    Authorized,
    NoOrigin,
    Origin,
    PalletOrigin,
    Root,
    Signed,
    ensure_authorized,
    ensure_none,
    ensure_root,
    ensure_signed,
    ensure_signed_or_root,
)
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import (
    CountedStorageMap,
    Identity,
    StorageDoubleMap,
    StorageMap,
    StorageNMap,
    StorageValue,
    Twox64,
    item,
)
from pallets.frame.tasks import task
from pallets.frame.traits import Fungible, Preservation, Randomness, hold_reason, lookup
from pallets.frame.view import view_function
from pallets.frame.weight import DispatchClass, Pays, PostDispatchInfo, Weight, db
from pallets.frame.weight_meter import WeightMeter

__all__ = [
    "NO_ORIGIN",
    "ROOT",
    "Authorization",
    "Authorized",
    "BadOrigin",
    "Composition",
    "CountedStorageMap",
    "DeclarationMistakes",
    "DispatchClass",
    "DispatchError",
    "EnsureOrigin",
    "EnsureOriginWithArg",
    "EnsureRoot",
    "EnsureSigned",
    "Fungible",
    "Identity",
    "InherentError",
    "NoOrigin",
    "Origin",
    "Pallet",
    "PalletError",
    "PalletEvent",
    "PalletOrigin",
    "Pays",
    "PostDispatchInfo",
    "Preservation",
    "Randomness",
    "Root",
    "RuntimeCall",
    "Signed",
    "StorageDoubleMap",
    "StorageMap",
    "StorageNMap",
    "StorageValue",
    "TokenError",
    "TokenProblem",
    "TryStateError",
    "Twox64",
    "Weight",
    "WeightMeter",
    "WriteRefused",
    "authorize",
    "call",
    "call_of",
    "config",
    "db",
    "ensure",
    "ensure_add",
    "ensure_authorized",
    "ensure_div",
    "ensure_mul",
    "ensure_none",
    "ensure_root",
    "ensure_signed",
    "ensure_signed_or_root",
    "ensure_sub",
    "hold_reason",
    "item",
    "lookup",
    "saturating_add",
    "saturating_sub",
    "task",
    "view_function",
]
