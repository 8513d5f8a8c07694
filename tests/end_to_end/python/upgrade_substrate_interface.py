"""Stays connected with py-substrate-interface while the runtime becomes another, and then makes a call that is new.

Run with the library on PYTHONPATH: `upgrade_substrate_interface.py URL ACCOUNT`. Prints a line when it has seen the
first runtime, and what it found after the upgrade, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any

library: Any = import_module("substrateinterface")  # by name: type checkers look for it where it is not installed


def main(url: str, account: str) -> dict[str, Any]:
    """The versions that were seen, and the count after the new call."""
    client = library.SubstrateInterface(url=url)

    def version() -> int:
        client.init_runtime()
        return int(client.get_constant("System", "Version").value["spec_version"])

    first = version()
    print("connected", flush=True)
    while version() == first:
        time.sleep(0.02)
    call = client.compose_call("Counting", "count_by", {"step": 10})
    extrinsic = client.create_signed_extrinsic(call, library.Keypair.create_from_uri(account))
    receipt = client.submit_extrinsic(extrinsic, wait_for_finalization=True)
    events = [event.value for event in receipt.triggered_events if event.value["module_id"] == "Counting"]
    return {"versions": [first, version()], "count": events[0]["attributes"]["count"]}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
