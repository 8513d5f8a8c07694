"""Accounts without a key: computed from other accounts, from a pallet's name, from an Ethereum address."""

from __future__ import annotations

from collections.abc import Collection

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId
from chain.scale.compact import encode_compact

_UTILITY_DOMAIN = b"modlpy/utilisuba"
"""Of both pallet-utility's and pallet-multisig's accounts."""

_PROXY_DOMAIN = b"modlpy/proxy____"


def multisig(signatories: Collection[AccountId], threshold: int) -> AccountId:
    """The account that `threshold` of the signatories control together (pallet-multisig)."""
    encoded = encode_compact(len(signatories)) + b"".join(sorted(signatories))
    return AccountId(blake2_256(_UTILITY_DOMAIN + encoded + _u16(threshold)))


def derivative(account: AccountId, index: int) -> AccountId:
    """The account number `index` that `account` acts for through utility.as_derivative."""
    return AccountId(blake2_256(_UTILITY_DOMAIN + account + _u16(index)))


def pure_proxy(spawner: AccountId, height: int, extrinsic: int, proxy_type: bytes, index: int) -> AccountId:
    """The account without a key that `spawner` made through proxy.create_pure.

    height, extrinsic: the block, and the position in it, where that was
    proxy_type: the SCALE encoding of the kind of proxy that was asked for
    """
    when = height.to_bytes(4, "little") + extrinsic.to_bytes(4, "little")
    return AccountId(blake2_256(_PROXY_DOMAIN + spawner + when + proxy_type + _u16(index)))


def pallet_account(pallet_id: bytes, sub: bytes = b"") -> AccountId:
    """The account of a pallet, which no key controls: escrows and pots (PalletId::into_account_truncating).

    pallet_id: 8 bytes, such as b"py/trsry"
    sub: the SCALE encoding of what tells the pallet's accounts apart; what passes 20 bytes in all is cut off
    """
    if len(pallet_id) != 8:
        raise ValueError(f"a pallet id has 8 bytes, not {len(pallet_id)}")
    return AccountId((b"modl" + pallet_id + sub)[:32].ljust(32, b"\0"))


def evm_account(address: bytes) -> AccountId:
    """The account of an Ethereum address of 20 bytes (pallet-evm, HashedAddressMapping)."""
    if len(address) != 20:
        raise ValueError(f"an Ethereum address has 20 bytes, not {len(address)}")
    return AccountId(blake2_256(b"evm:" + address))


def _u16(number: int) -> bytes:
    if not 0 <= number < 2**16:
        raise ValueError(f"{number} does not fit 16 bits")
    return number.to_bytes(2, "little")
