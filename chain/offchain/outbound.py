"""To whom workers may speak HTTP: an allow list of hosts, and no private address unless that is allowed too."""

from __future__ import annotations

from chain.offchain.errors import HttpRefused
from chain.record import keyword_record


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
        from fnmatch import fnmatchcase  # most nodes let nobody out

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
        from chain.offchain.addresses import is_public  # as above

        if not is_public(address):
            raise HttpRefused(f"{host} leads to the private address {address}, which this node does not allow")


def _split(pattern: str) -> tuple[str, int | None]:
    host, colon, port = pattern.rpartition(":")
    if not colon or not port.isdigit() or (":" in host and not host.startswith("[")):
        return pattern.strip("[]"), None
    return host.strip("[]"), int(port)
