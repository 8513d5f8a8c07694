"""Takes a federated round from its opening to its settlement as a scenario says, by whatever client."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

NAMES = ("Alice", "Bob", "Charlie", "Dave", "Eve")

Call = Any


class Chain(Protocol):
    """What a client does for the round.

    addresses: of everybody, by name
    """

    addresses: dict[str, str]

    async def call(self, pallet: str, name: str, arguments: dict[str, Any]) -> Call:
        """A call; its arguments may be calls."""
        ...

    async def block(self, sent: Sequence[tuple[str, Call]]) -> None:
        """Make a final block of these, each by an account, which must succeed."""
        ...

    async def read(self, pallet: str, item: str, keys: list[Any]) -> Any:
        """A value after the best block."""
        ...

    async def events(self) -> list[dict[str, Any]]:
        """What happened in the best block: module_id, event_id, attributes."""
        ...


async def take_round(chain: Chain, scenario: str) -> dict[str, Any]:
    """How the round ended."""
    content = json.loads(Path(scenario).read_text())
    drawn: dict[str, list[str]] = {}
    for step in content["steps"]:
        if "until" in step:
            await _reach(chain, step["until"])
        elif "role" in step:
            drawn = await chain.read("FederatedRound", "Drawn", [0, 0])
            names = {address: name for name, address in chain.addresses.items()}
            calls = [step["block"][names[address]] for address in drawn[step["role"]]]
            await chain.block([(each["who"], await made(chain, each)) for each in calls])
        else:
            await chain.block([(each["who"], await made(chain, each)) for each in step["block"]])
    found = [event for event in await chain.events() if event["module_id"] == "FederatedRound"]
    (ended,) = (event["attributes"] for event in found if event["event_id"] == "RoundEnded")
    settled = [event["attributes"] for event in found if event["event_id"] == "Settled"]
    published = await chain.read("MlRegistry", "Versions", [ended["version"]])
    return {
        "drawn": [len(drawn[role]) for role in ("clients", "aggregators", "validators")],
        "outcome": ended["outcome"],
        "isModelPublished": published["version"]["artifact"]["root"] == content["model"],
        "settled": sorted([each["role"], each["reason"], str(each["paid"]), str(each["slashed"])] for each in settled),
    }


async def _reach(chain: Chain, phase: str) -> None:
    for _ in range(20):
        if (await chain.read("FederatedRound", "Rounds", [0, 0]))["phase"] == phase:
            return
        await chain.block([])
    raise AssertionError(f"the round does not reach {phase}")


async def made(chain: Chain, described: dict[str, Any]) -> Call:
    arguments = {name: _own(value) for name, value in described["arguments"].items()}
    call = await chain.call(described["pallet"], described["call"], arguments)
    return await chain.call("Sudo", "sudo", {"call": call}) if described.get("sudo") else call


def _own(value: Any) -> Any:
    """A value as both clients take it: variants by name, bytes in hexadecimal.

    A vector with a bound, as all of the round's are, is a tuple of one to them.
    """
    if isinstance(value, list):
        return [[_own(each) for each in value]]
    if isinstance(value, str):
        return int(value) if value.isdecimal() else value
    if not isinstance(value, dict):
        return value
    if "bytes" in value:
        return value["bytes"]
    if "type" in value:
        return {value["type"]: _own(value["value"])} if "value" in value else value["type"]
    return {name: _own(each) for name, each in value.items()}
