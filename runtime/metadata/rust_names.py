"""What types are called in Rust: by their own word, by the table here, or by where they stand.

`__rust__ = RustType(…)` on a class is its own word. The table has the classes of `chain` and `pallets.frame`, which
are parts of Substrate. Any other class is called after its module: a class `Pool` of `pallets.pools.types`, and of
`my_chain.pools.types`, is `pallet_pools::types::Pool`, and of a pallet's own module `pallet_pools::pallet::Pool`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from chain.primitives import U32, AccountId, Balance, BlockNumber, Bytes8, Hash, RustType
from pallets.frame.pallet import Pallet

_T: Final = (("T", None),)

RUST_TYPES: Final[Mapping[str, RustType]] = {
    "chain.block.DigestItem": RustType("sp_runtime::generic::digest::DigestItem", unnamed=True),
    "chain.block.Header": RustType(
        "sp_runtime::generic::header::Header", parameters=(("Number", BlockNumber), ("Hash", None))
    ),
    "chain.crypto.signatures.MultiSignature": RustType("sp_runtime::MultiSignature", unnamed=True),
    "chain.extrinsic.MultiAddress": RustType(
        "sp_runtime::multiaddress::MultiAddress",
        unnamed=True,
        parameters=(("AccountId", AccountId), ("AccountIndex", U32)),
    ),
    "chain.runtime_api.InclusionMode": RustType("sp_runtime::ExtrinsicInclusionMode"),
    "chain.runtime_api.TransactionSource": RustType("sp_runtime::transaction_validity::TransactionSource"),
    "chain.runtime_api.ValidTransaction": RustType("sp_runtime::transaction_validity::ValidTransaction"),
    "pallets.balances.types.AdjustmentDirection": RustType("pallet_balances::types::AdjustmentDirection"),
    "pallets.balances.types.BalanceLock": RustType(
        "pallet_balances::types::BalanceLock", parameters=(("Balance", Balance),)
    ),
    "pallets.balances.types.BalanceStatus": RustType("frame_support::traits::tokens::misc::BalanceStatus"),
    "pallets.balances.types.IdAmount": RustType(
        "frame_support::traits::tokens::misc::IdAmount", parameters=(("Id", "id"), ("Balance", Balance))
    ),
    "pallets.balances.types.ReserveData": RustType(
        "pallet_balances::types::ReserveData", parameters=(("ReserveIdentifier", Bytes8), ("Balance", Balance))
    ),
    "pallets.frame.error.ArithmeticCode": RustType("sp_arithmetic::ArithmeticError"),
    "pallets.frame.error.TokenError": RustType("sp_runtime::TokenError"),
    "pallets.frame.error.TransactionalError": RustType("sp_runtime::TransactionalError"),
    "pallets.frame.event.EventRecord": RustType("frame_system::EventRecord", parameters=(("E", "event"), ("T", Hash))),
    "pallets.frame.event.Phase": RustType("frame_system::Phase", unnamed=True),
    "pallets.frame.weight.DispatchClass": RustType("frame_support::dispatch::DispatchClass"),
    "pallets.frame.weight.Pays": RustType("frame_support::dispatch::Pays"),
    "pallets.frame.weight_info.DbWeight": RustType("sp_weights::RuntimeDbWeight"),
    "pallets.frame.weight.Weight": RustType("sp_weights::weight_v2::Weight"),
    "pallets.grandpa.equivocation.MembershipProof": RustType("sp_session::MembershipProof"),
    "pallets.grandpa.types.StoredPendingChange": RustType(
        "pallet_grandpa::StoredPendingChange", parameters=(("N", BlockNumber), ("Limit", None))
    ),
    "pallets.grandpa.types.StoredState": RustType("pallet_grandpa::StoredState", parameters=(("N", BlockNumber),)),
    "pallets.system.types.AccountInfo": RustType(
        "frame_system::AccountInfo", parameters=(("Nonce", "nonce"), ("AccountData", "data"))
    ),
    "pallets.system.types.CodeUpgradeAuthorization": RustType("frame_system::CodeUpgradeAuthorization", parameters=_T),
    "pallets.transaction_payment.fees.FeeDetails": RustType(
        "pallet_transaction_payment::types::FeeDetails", parameters=(("Balance", Balance),)
    ),
    "pallets.transaction_payment.fees.InclusionFee": RustType(
        "pallet_transaction_payment::types::InclusionFee", parameters=(("Balance", Balance),)
    ),
    "pallets.transaction_payment.pallet.Releases": RustType("pallet_transaction_payment::Releases"),
}
"""By module and class."""

CRATES: Final[Mapping[str, str]] = {
    "pallets.system": "frame_system",
    "runtime.templates.legacy.system": "frame_system",
    "pallets.frame": "frame_support",
}
"""Crates that are not called after their package."""

INSTANTIABLE: Final = frozenset({"pallet_assets", "pallet_balances"})
"""Crates whose pallets are `Pallet<T, I>`."""

PLAIN: Final = frozenset({("pallet_grandpa", "Event"), ("pallet_utility", "Event")})
"""Enums of pallets that have no type parameters, because nothing in them depends on the runtime."""


def rust_type_of(cls: type[Any]) -> RustType:
    """Path, parameters and form of a class."""
    own = vars(cls).get("__rust__")
    if isinstance(own, RustType):
        return own
    known = RUST_TYPES.get(f"{cls.__module__}.{cls.__qualname__}")
    if known is not None:
        return known
    return RustType("::".join((*_place_of(cls.__module__), cls.__name__)))


def crate_of(pallet: type[Any]) -> str:
    """The crate that a pallet class would be in."""
    return _place_of(pallet.__module__)[0]


def outer_parameters(crate: str, enum: str) -> tuple[tuple[str, Any], ...]:
    """The type parameters of a pallet's calls, events or errors."""
    if (crate, enum) in PLAIN:
        return ()
    return (("T", None), ("I", None)) if crate in INSTANTIABLE else _T


@cache
def _place_of(module: str) -> tuple[str, ...]:
    """Crate and modules: `pallets.pools.types` is `pallet_pools::types`."""
    names = module.split(".")
    if names[0] == "pallets" and len(names) > 1:
        package, inner = ".".join(names[:2]), names[2:]
    elif len(names) == 1 or _declares_a_pallet(module):
        package, inner = module, []
    else:
        package, inner = ".".join(names[:-1]), names[-1:]
    if inner == [] or inner == ["pallet"]:
        inner = ["pallet"]
    crate = CRATES.get(package) or "pallet_" + snake_case(package.rpartition(".")[2])
    return (crate, *inner)


def _declares_a_pallet(module: str) -> bool:
    return not module.endswith(".pallet") and any(
        isinstance(each, type) and issubclass(each, Pallet) and each.__module__ == module
        for each in vars(sys.modules[module]).values()
    )


def snake_case(name: str) -> str:
    """A crate's name from a module's: no capitals, no dashes."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())


def rust_identifier(name: str) -> str:
    """A Python name in Rust: `from_`, which Python reserves without the underscore, is `from`."""
    return name.removesuffix("_")


def variant_name(member: str) -> str:
    """A member of a Python enum as a Rust variant: `FUNDS_UNAVAILABLE` is `FundsUnavailable`."""
    return "".join(word.capitalize() for word in member.split("_")) if member.isupper() else member


# Annotations as Rust writes them

_PLAIN: Final[Mapping[str, str]] = {
    **{f"{sign}{bits}": f"{sign.lower()}{bits}" for sign in "UI" for bits in (8, 16, 32, 64, 128, 256)},
    **{f"Bytes{length}": f"[u8; {length}]" for length in (4, 8, 20, 32, 64, 65)},
    "bytes": "Vec<u8>",
    "str": "String",
    "None": "()",
}
_GENERIC: Final[Mapping[str, str]] = {"list": "Vec", "set": "BTreeSet", "frozenset": "BTreeSet", "dict": "BTreeMap"}
_TRANSPARENT: Final = frozenset({"Annotated", "Compact", "Twox64", "Identity"})


@cache
def rust_annotation(written: str) -> str | None:
    """An annotation's source as Rust would write the type: `list[U32] | None` is `Option<Vec<u32>>`.

    None where it cannot be said.
    """
    try:
        return _rust(ast.parse(written, mode="eval").body)
    except SyntaxError:
        return None


def _rust(node: ast.expr) -> str | None:
    match node:
        case ast.Name(name):
            return _PLAIN.get(name, name)
        case ast.Constant(None):
            return "()"
        case ast.Constant(str(text)):
            return rust_annotation(text)
        case ast.Attribute(attr=name):
            return name
        case ast.BinOp(left=left, right=ast.Constant(None)):
            inner = _rust(left)
            return inner and f"Option<{inner}>"
        case ast.Subscript(value=ast.Name(name), slice=arguments):
            return _rust_generic(name, arguments.elts if isinstance(arguments, ast.Tuple) else [arguments])
    return None


def _rust_generic(name: str, arguments: list[ast.expr]) -> str | None:
    if name in _TRANSPARENT:
        return _rust(arguments[0])
    if name == "tuple" and len(arguments) == 2 and isinstance(arguments[1], ast.Constant):
        name, arguments = "list", arguments[:1]
    parts = [_rust(argument) for argument in arguments]
    inside = ", ".join(part for part in parts if part is not None)
    if None in parts:
        return None
    return f"({inside})" if name == "tuple" else f"{_GENERIC.get(name, name)}<{inside}>"
