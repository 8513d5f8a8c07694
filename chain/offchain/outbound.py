"""To whom workers may speak HTTP: an allow list of hosts, and no private address unless that is allowed too."""

from __future__ import annotations

from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from chain.offchain.errors import HttpRefused
from chain.record import keyword_record

_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into IPv4 addresses (RFC 6052)."""

Address = IPv4Address | IPv6Address


@keyword_record
class Outbound:
    """What requests may go out.

    hosts: patterns of names, as "api.example.org", "*.example.org", "*", or with a port, as "example.org:8443"
    is_private_allowed: whether a name may lead to an address of this machine or its network
    request_bytes, response_bytes: of a body, at most; requests: of one run under way at the same time
    """

    hosts: tuple[str, ...] = ()
    is_private_allowed: bool = False
    request_bytes: int = 16 * 2**20
    response_bytes: int = 64 * 2**20
    requests: int = 64

    def check_host(self, host: str, port: int) -> None:
        """Raises HttpRefused where no pattern has that host."""
        name = host.lower().rstrip(".")
        for pattern in self.hosts:
            wanted, with_port = _split(pattern.lower())
            if fnmatchcase(name, wanted) and with_port in (None, port):
                return
        raise HttpRefused(f"the allow list of this node has no {host}:{port}: name it to let workers speak to it")

    def check_address(self, host: str, address: str) -> None:
        """Raises HttpRefused where a name leads to an address that is not everybody's."""
        if self.is_private_allowed:
            return
        parsed = ip_address(address.partition("%")[0])
        if not all(_is_public(each) for each in (parsed, *_embedded(parsed))):
            raise HttpRefused(f"{host} leads to the private address {parsed}, which this node does not allow")


def _split(pattern: str) -> tuple[str, int | None]:
    host, colon, port = pattern.rpartition(":")
    if not colon or not port.isdigit() or (":" in host and not host.startswith("[")):
        return pattern.strip("[]"), None
    return host.strip("[]"), int(port)


def _is_public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_unspecified or address.is_reserved)


def _embedded(address: Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]
