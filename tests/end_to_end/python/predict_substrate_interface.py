"""Has a forest on chain asked by py-substrate-interface: each call a block, the answers from the last one's event.

Run with the library on PYTHONPATH: `predict_substrate_interface.py URL SCENARIO`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from round_substrate_interface import Chain
from rounds import made


async def main(url: str, scenario: str) -> dict[str, Any]:
    """What the forest says."""
    chain = Chain(url)
    for described in json.loads(Path(scenario).read_text())["blocks"]:
        await chain.block([(described["who"], await made(chain, described))])
    (told,) = (event["attributes"] for event in await chain.events() if event["event_id"] == "Predicted")
    return {"answers": told["answers"]}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2]))))
