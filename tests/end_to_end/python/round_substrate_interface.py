"""Takes a federated round to its settlement with py-substrate-interface.

Run with the library on PYTHONPATH: `round_substrate_interface.py URL SCENARIO`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from rounds import NAMES, Call, take_round

library: Any = import_module("substrateinterface")  # by name: type checkers look for it where it is not installed


class Chain:
    """A chain by a client that waits for each answer."""

    def __init__(self, url: str) -> None:
        self._client = library.SubstrateInterface(url=url)
        self._pairs = {name: library.Keypair.create_from_uri(f"//{name}") for name in NAMES}
        self.addresses = {name: pair.ss58_address for name, pair in self._pairs.items()}

    async def call(self, pallet: str, name: str, arguments: dict[str, Any]) -> Call:
        return self._client.compose_call(pallet, name, arguments)

    async def block(self, sent: Sequence[tuple[str, Call]]) -> None:
        for who, call in sent:
            self._client.submit_extrinsic(self._client.create_signed_extrinsic(call, self._pairs[who]))
        made = self._client.rpc_request("engine_createBlock", [True, True, None])["result"]
        outcomes = [event["event_id"] for event in self._events(made["hash"])]
        assert outcomes.count("ExtrinsicSuccess") == len(sent) + 1, outcomes  # the time comes before

    async def read(self, pallet: str, item: str, keys: list[Any]) -> Any:
        return self._client.query(pallet, item, keys).value

    async def events(self) -> list[dict[str, Any]]:
        return self._events(self._client.get_chain_head())

    def _events(self, block: str) -> list[dict[str, Any]]:
        return [event.value["event"] for event in self._client.get_events(block)]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(take_round(Chain(sys.argv[1]), sys.argv[2]))))
