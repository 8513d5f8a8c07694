"""Who heard whom, checked again by anybody: rings, roots, and the proxies themselves.

    for finding in audit_exchange(exchanges, number, content): print(finding.part, finding.text)

What cannot be checked is the training: rows and private models never leave their owners.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.primitives import U32, AccountId
from pallets.federated_round.audit import Finding
from pallets.learning.linear_model import LinearDecodeError, decode_linear
from pallets.learning.proxy_exchange.ring import source_of
from pallets.ml_registry.artifact import ArtifactMismatch, verified
from pallets.proxy_exchange.course import ring_of
from pallets.proxy_exchange.storage import ExchangeStorage
from pallets.proxy_exchange.types import ExchangeId, Heard

Content = Callable[[str], bytes]
"""Bytes by their CID, as a content store gives them."""


def audit_exchange(exchanges: ExchangeStorage, number: ExchangeId, content: Content) -> list[Finding]:
    """Everything that does not fit in an exchange that is not closed; raises UnknownExchange."""
    found, findings = exchanges.exchange(number), list[Finding]()
    for round_number in range(found.number + 1):
        ring = exchanges.rings.get((number, round_number))
        if ring is None or found.seed is None:
            continue
        if ring != ring_of(found.seed, ring):
            findings.append(Finding("ring", f"round {round_number}: the members are not in the order of the seed"))
        findings += _shown(exchanges, number, round_number, content)
        findings += _heard(exchanges, number, round_number, ring)
    return findings


def _shown(exchanges: ExchangeStorage, number: ExchangeId, round_number: U32, content: Content) -> Iterator[Finding]:
    """Proxies that are not there, or are none, where somebody says to have heard them."""
    heard = _acknowledged(exchanges, number, round_number)
    for who, proxy in exchanges.pushed_in(number, round_number).items():
        listeners = [each for each in heard.values() if each.source == who and each.root is not None]
        try:
            decode_linear(verified(proxy, content(proxy.cid.decode("ascii", "replace"))))
        except (ArtifactMismatch, CidError, ContentError, LinearDecodeError) as problem:
            if listeners:
                yield Finding("proxy", f"round {round_number}: of 0x{who.hex()}, which was heard: {problem}")


def _heard(
    exchanges: ExchangeStorage, number: ExchangeId, round_number: U32, ring: tuple[AccountId, ...]
) -> Iterator[Finding]:
    pushed = exchanges.pushed_in(number, round_number)
    for who, heard in _acknowledged(exchanges, number, round_number).items():
        due = source_of(ring, pushed, who, round_number)
        if heard.source != due or (heard.root is not None and heard.root != pushed[heard.source].root):
            name = "nobody" if due is None else f"0x{due.hex()}"
            text = f"round {round_number}: 0x{who.hex()} heard 0x{heard.source.hex()}, the ring brings it {name}"
            yield Finding("acknowledgement", text)


def _acknowledged(exchanges: ExchangeStorage, number: ExchangeId, round_number: U32) -> dict[AccountId, Heard]:
    found = exchanges.heard.iter(prefix=(number, round_number))
    return {key[2]: heard for key, heard in found if heard is not None}
