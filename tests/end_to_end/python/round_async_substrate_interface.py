"""Takes a federated round to its settlement with async-substrate-interface.

Run with the library on PYTHONPATH: `round_async_substrate_interface.py URL SCENARIO`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from rounds import NAMES, Call, take_round
from signers import development_signer

library: Any = import_module("async_substrate_interface")  # by name: type checkers look where it is not installed
ss58: Any = import_module("scalecodec.utils.ss58")


class Chain:
    """A chain by a client that is asked for many things at once."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._signers = {name: development_signer(name, _address) for name in NAMES}
        self.addresses = {name: signer.ss58_address for name, signer in self._signers.items()}

    async def call(self, pallet: str, name: str, arguments: dict[str, Any]) -> Call:
        return await self._client.compose_call(pallet, name, arguments)

    async def block(self, sent: Sequence[tuple[str, Call]]) -> None:
        for who, call in sent:
            await self._client.submit_extrinsic(await self._client.create_signed_extrinsic(call, self._signers[who]))
        made = (await self._client.rpc_request("engine_createBlock", [True, True, None]))["result"]
        outcomes = [event["event_id"] for event in await self._events(made["hash"])]
        assert outcomes.count("ExtrinsicSuccess") == len(sent) + 1, outcomes  # the time comes before

    async def read(self, pallet: str, item: str, keys: list[Any]) -> Any:
        found = await self._client.query(pallet, item, keys)
        return getattr(found, "value", found)

    async def events(self) -> list[dict[str, Any]]:
        return await self._events(await self._client.get_chain_head())

    async def _events(self, block: str) -> list[dict[str, Any]]:
        return [event["event"] for event in await self._client.get_events(block)]


def _address(account: bytes) -> str:
    return str(ss58.ss58_encode(account, 42))


async def main(url: str, scenario: str) -> dict[str, Any]:
    """How the round ended."""
    async with library.AsyncSubstrateInterface(url, ss58_format=42) as client:
        found: dict[str, Any] = await take_round(Chain(client), scenario)
        return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2]))))
