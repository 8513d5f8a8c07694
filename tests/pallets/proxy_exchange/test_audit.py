"""An audit of an exchange names what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chain.content.store import ContentMissing
from pallets.proxy_exchange import ProxyExchange
from pallets.proxy_exchange.audit import audit_exchange
from tests.pallets.proxy_exchange.mock import MEMBERS, PLAN, Devnet


@pytest.fixture
def played() -> Devnet:
    """An exchange of one round, to its end."""
    made = Devnet(replace(PLAN, rounds=1))
    made.play()
    return made


def swap_ring(exchanges: ProxyExchange) -> None:
    ring = exchanges.rings.get((0, 0))
    assert ring is not None
    exchanges.rings.insert((0, 0), ring[::-1])


def change_source(exchanges: ProxyExchange) -> None:
    found = exchanges.heard.get((0, 0, MEMBERS[0]))
    assert found is not None
    other = next(who for who in MEMBERS[1:] if who != found.source)
    exchanges.heard.insert((0, 0, MEMBERS[0]), replace(found, source=other))


def change_root(exchanges: ProxyExchange) -> None:
    found, other = (exchanges.heard.get((0, 0, who)) for who in MEMBERS[:2])
    assert found is not None
    assert other is not None
    exchanges.heard.insert((0, 0, MEMBERS[0]), replace(found, root=other.root))


@pytest.mark.parametrize(
    ("change", "part"),
    [(swap_ring, "ring"), (change_source, "acknowledgement"), (change_root, "acknowledgement")],
)
def test_what_does_not_fit_is_named(played: Devnet, change: Callable[[ProxyExchange], None], part: str) -> None:
    exchanges = played.runtime.proxy_exchange
    change(exchanges)
    assert part in {finding.part for finding in audit_exchange(exchanges, 0, played.content.get)}


def test_proxies_that_were_heard_and_are_gone_are_named(played: Devnet) -> None:
    def nothing(cid: str) -> bytes:
        raise ContentMissing(cid, "gone")

    findings = audit_exchange(played.runtime.proxy_exchange, 0, nothing)
    assert {finding.part for finding in findings} == {"proxy"}
    assert len(findings) == len(MEMBERS)
