"""Grandpa before 2024: its authorities lay under a key of their own, which light clients read."""

from __future__ import annotations

from typing import Final

from chain.primitives import U8
from chain.record import record
from chain.scale import codec_of
from pallets import grandpa
from pallets.grandpa import Config, Error, Event, Genesis, GrandpaAuthority

__all__ = ["Config", "Error", "Event", "Genesis", "Grandpa"]

AUTHORITIES: Final = b":grandpa_authorities"
"""Where they lay (sp_consensus_grandpa::GRANDPA_AUTHORITIES_KEY)."""


@record
class VersionedAuthorityList:
    """The authorities, and the number of this encoding, which is 1."""

    version: U8
    authorities: tuple[GrandpaAuthority, ...]


_LIST = codec_of(VersionedAuthorityList)


class Grandpa(grandpa.Grandpa):
    storage_version = 4

    def read_authorities(self) -> tuple[GrandpaAuthority, ...]:
        raw = self.storage.get(AUTHORITIES)
        return () if raw is None else _LIST.decode(raw).authorities

    def write_authorities(self, authorities: tuple[GrandpaAuthority, ...]) -> None:
        self.storage.put(AUTHORITIES, _LIST.encode(VersionedAuthorityList(1, authorities)))
