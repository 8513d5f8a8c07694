"""Which addresses are everybody's: not of this machine, its network, or anything that stands for one of those."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into IPv4 addresses (RFC 6052)."""

Address = IPv4Address | IPv6Address


def is_public(text: str) -> bool:
    """Whether an address, which may have a scope, is one that everybody could reach."""
    address = ip_address(text.partition("%")[0])
    return all(_is_public(each) for each in (address, *_embedded(address)))


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address in _TRANSLATED:
        return True  # as far as what it stands for is
    return address.is_global and not (address.is_multicast or address.is_unspecified or address.is_reserved)


def _embedded(address: Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]
