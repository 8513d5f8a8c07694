"""Whom workers may speak to."""

import pytest

from chain.offchain.addresses import is_public
from chain.offchain.errors import HttpRefused
from chain.offchain.outbound import Outbound


@pytest.mark.parametrize(
    ("pattern", "host", "port", "may"),
    [
        ("example.org", "example.org", 443, True),
        ("example.org", "EXAMPLE.org.", 443, True),
        ("example.org", "www.example.org", 443, False),
        ("example.org", "example.org.evil.net", 443, False),
        ("*.example.org", "www.example.org", 80, True),
        ("*.example.org", "example.org", 80, False),
        ("example.org:8443", "example.org", 8443, True),
        ("example.org:8443", "example.org", 443, False),
        ("[::1]:80", "::1", 80, True),
        ("::1", "::1", 81, True),
        ("*", "anything", 1, True),
    ],
)
def test_patterns_name_hosts_and_maybe_ports(pattern: str, host: str, port: int, may: bool) -> None:
    outbound = Outbound(hosts=(pattern,))
    if may:
        outbound.check_host(host, port)
    else:
        with pytest.raises(HttpRefused, match="allow list"):
            outbound.check_host(host, port)


def test_nobody_may_be_spoken_to_unless_named() -> None:
    with pytest.raises(HttpRefused):
        Outbound().check_host("example.org", 443)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "1.1.1.1", "64:ff9b::5db8:d822"])
def test_addresses_of_everybody(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_addresses_of_this_machine_its_network_and_what_stands_for_them(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(HttpRefused, match="private address"):
        Outbound(hosts=("*",)).check_address("example.org", address)
    Outbound(hosts=("*",), is_private_allowed=True).check_address("example.org", address)
