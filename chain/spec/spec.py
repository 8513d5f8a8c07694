"""`ChainSpec`: what a chain is called, how wallets show it, and how it begins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Final

from chain.record import keyword_record
from chain.spec.errors import SpecError
from chain.spec.fields import Json, as_object, as_text, parsed
from chain.spec.genesis import Genesis, genesis_json, read_genesis

CHAIN_TYPES: Final = ("Development", "Local", "Live")

_FIELDS: Final = ("name", "id", "chainType", "bootNodes", "properties", "genesis")


@keyword_record
class ChainSpec:
    """A chain specification.

    id: what files and folders of the chain are called
    chain_type: "Development", "Local", "Live", or a name of one's own
    properties: tokenSymbol, tokenDecimals, ss58Format and the like
    others: fields that mean nothing here, kept for whom they mean something
    """

    name: str
    id: str
    chain_type: str = "Live"
    boot_nodes: tuple[str, ...] = ()
    properties: Mapping[str, Json] = field(default_factory=dict)
    genesis: Genesis
    others: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: bytes | str) -> ChainSpec:
        """The specification that a file has; raises SpecError with the path of what is wrong."""
        found = parsed(text)
        for name in ("name", "id", "genesis"):
            if name not in found:
                raise SpecError(name, "missing")
        nodes = found.get("bootNodes")
        properties = found.get("properties")
        return cls(
            name=as_text(found["name"], "name"),
            id=as_text(found["id"], "id"),
            chain_type=_chain_type(found.get("chainType", "Live")),
            boot_nodes=_boot_nodes(nodes),
            properties={} if properties is None else as_object(properties, "properties"),
            genesis=read_genesis(found["genesis"]),
            others={key: value for key, value in found.items() if key not in _FIELDS},
        )

    def to_json(self) -> str:
        """The specification as a file has it."""
        custom: Json = self.chain_type if self.chain_type in CHAIN_TYPES else {"Custom": self.chain_type}
        content: dict[str, Json] = {
            "name": self.name,
            "id": self.id,
            "chainType": custom,
            "bootNodes": list(self.boot_nodes),
            "properties": dict(self.properties),
            **self.others,
            "genesis": genesis_json(self.genesis),
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _chain_type(value: Json) -> str:
    if isinstance(value, dict) and len(value) == 1 and "Custom" in value:
        return as_text(value["Custom"], "chainType.Custom")
    if value not in CHAIN_TYPES:
        raise SpecError("chainType", f'must be one of {", ".join(CHAIN_TYPES)}, or {{"Custom": "a name"}}')
    return as_text(value, "chainType")


def _boot_nodes(value: Json) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise SpecError("bootNodes", "must be an array")
    return tuple(as_text(each, f"bootNodes[{index}]") for index, each in enumerate(value))
