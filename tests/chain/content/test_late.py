"""A node that keeps no artifact does without what keeps them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from chain.content.late import LateStore, in_memory
from chain.content.layout import cid_of_file
from chain.content.memory import MemoryStore

ROOT = Path(__file__).parents[3]


def test_a_store_is_made_once_and_when_it_is_used() -> None:
    made = list[MemoryStore]()

    def make() -> MemoryStore:
        made.append(MemoryStore(100))
        return made[-1]

    store = LateStore(make)
    assert made == []
    assert store.limit == 100
    cid = store.put(b"model")
    assert len(made) == 1
    assert made[0].get(cid) == b"model"


def test_in_memory_artifacts_have_the_names_that_ipfs_gives_them() -> None:
    data = bytes(700_000)
    assert in_memory().put(data) == cid_of_file(data)


def test_a_node_starts_without_its_content_store() -> None:
    program = (
        "import sys\nfrom runtime.devnet import dev_node\nnode = dev_node()\n"
        "before = {name for name in sys.modules if name.startswith('chain.content.')}\n"
        "node.content.put(b'')\nprint(sorted(before))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    modules = [f"chain.content.{name}" for name in ("cid", "hashed", "late", "store")]
    assert done.stdout.strip() == str(modules)
