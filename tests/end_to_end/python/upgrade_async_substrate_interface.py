"""Stays connected with async-substrate-interface while the runtime becomes another, and then makes a call that is new.

Run with the library on PYTHONPATH: `upgrade_async_substrate_interface.py URL ACCOUNT`. Prints a line when it has seen
the first runtime, and what it found after the upgrade, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import import_module
from typing import Any

from signers import development_signer

library: Any = import_module("async_substrate_interface")  # by name: type checkers look where it is not installed
ss58: Any = import_module("scalecodec.utils.ss58")


async def main(url: str, account: str) -> dict[str, Any]:
    """The versions that were seen, and the count after the new call."""
    signer = development_signer(account.removeprefix("//"), lambda key: str(ss58.ss58_encode(key, 42)))
    async with library.AsyncSubstrateInterface(url, ss58_format=42) as client:

        async def version() -> int:
            found = await client.get_constant("System", "Version", block_hash=await client.get_chain_head())
            return int(getattr(found, "value", found)["spec_version"])

        first = await version()
        print("connected", flush=True)
        while await version() == first:
            await asyncio.sleep(0.02)
        call = await client.compose_call("Counting", "count_by", {"step": 10})
        extrinsic = await client.create_signed_extrinsic(call, signer)
        receipt = await client.submit_extrinsic(extrinsic, wait_for_finalization=True)
        events = [event["event"] for event in await receipt.triggered_events]
        (counted,) = (event["attributes"] for event in events if event["module_id"] == "Counting")
        return {"versions": [first, await version()], "count": counted["count"]}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2]))))
