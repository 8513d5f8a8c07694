"""What an edit does to a running chain, and what it leaves alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from chain.block import RuntimeEnvironmentUpdated
from chain.client.client import Client
from chain.node.service import Node
from chain.node.signature_cache import SignatureCache
from chain.node.timer import SimulatedTimer
from chain.runtime_code import embedded_version
from node_cli.chosen_runtime import chosen_runtime
from node_cli.watch.upgrade import Upgrader
from node_cli.watch.watcher import PAUSE_MS, Refused, Reloaded, Watcher, tell
from pallets.system.calls import CODE
from runtime.construct import Runtime
from runtime.devnet import node_of
from runtime.generations import Generations
from runtime.notebook import client_of
from tests.node_cli.watch.author import Author

NAMES: Final = (f"author{number}" for number in count(1))


class Bench:
    """An author, a chain with the author's runtime, and what watches both."""

    def __init__(self, folder: Path) -> None:
        self.author = Author(folder, next(NAMES))
        chosen = chosen_runtime(self.author.chosen)
        make = partial(chosen.make, SignatureCache())
        generations: Generations[Runtime] = Generations(make)
        self.node: Node[Runtime] = node_of(generations, chosen.genesis(), finality_lag=0)
        self.net: Client = client_of(self.node)
        self.watcher = Watcher(Upgrader(self.node, generations), chosen)

    def count_up(self) -> int:
        """Count once, by a signed transaction; what the count is then."""
        self.net.tx.Counting.count_up().submit(self.net.keys.Alice).checked()
        return int(self.net.query.Counting.Count())

    def reloaded(self) -> Reloaded:
        """What came of an edit that works."""
        outcome = self.watcher.look()
        assert isinstance(outcome, Reloaded), outcome
        return outcome

    def refused(self) -> str:
        """What is told of an edit that does not."""
        outcome = self.watcher.look()
        assert isinstance(outcome, Refused), outcome
        return outcome.reason


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.syspath_prepend(str(tmp_path))
    made = Bench(tmp_path)
    yield made
    for module in [each for each in sys.modules if each.startswith(f"{made.author.name}_")]:
        del sys.modules[module]


def test_the_next_block_uses_the_edited_call_and_the_state_is_kept(bench: Bench) -> None:
    assert bench.watcher.look() is None
    before = bench.count_up(), bench.net.balance(bench.net.keys.Bob)
    bench.author.edit("self.count.get() + 1", "self.count.get() + 5")
    outcome = bench.reloaded()
    assert (outcome.spec_version, outcome.files) == (101, (bench.author.pallet,))
    assert bench.net.nonce(bench.net.keys.Alice) == 1
    assert (bench.count_up(), bench.net.balance(bench.net.keys.Bob)) == (before[0] + 5, before[1])
    assert bench.watcher.look() is None


def test_the_upgrade_is_told_as_substrate_tells_it(bench: Bench) -> None:
    bench.net.new_block()
    bench.author.edit("+ 1", "+ 2")
    block = bench.net.block(bench.reloaded().block.hash)
    assert RuntimeEnvironmentUpdated() in block.header.digest
    assert ("System", "CodeUpdated") in {(event.pallet, event.name) for event in block.events}
    version = embedded_version(bench.node.best.state.get(CODE) or b"")
    assert version == bench.node.runtime_at().version
    assert version is not None
    assert version.spec_version == 101
    assert bench.net.query.System.LastRuntimeUpgrade()["spec_version"] == 100
    bench.net.new_block()
    assert bench.net.query.System.LastRuntimeUpgrade() == {"spec_version": 101, "spec_name": "palletlab"}


def test_a_storage_migration_runs_in_the_first_block_of_the_new_code(bench: Bench) -> None:
    bench.count_up()
    bench.author.edit(
        "    @call(0",
        "    def on_runtime_upgrade(self):\n        self.count.put(1000)\n        return db(writes=1)\n\n    @call(0",
    )
    bench.reloaded()
    assert bench.net.query.Counting.Count() == 1
    bench.net.new_block()
    assert bench.net.query.Counting.Count() == 1000


def test_old_blocks_are_read_by_the_code_that_made_them(bench: Bench) -> None:
    bench.count_up()
    bench.author.edit("    count: U32", "    total: U32")
    bench.reloaded()
    bench.count_up()
    events = bench.net.events(pallet="Counting")
    assert [event.fields for event in events] == [{"count": 1}, {"total": 2}]
    runtimes = [bench.net.runtime_after(bench.net.hash_of(number)).version.spec_version for number in range(4)]
    assert runtimes == [100, 100, 101, 101]


def test_a_new_call_is_there_for_clients(bench: Bench) -> None:
    old = bench.net.tx.Counting
    bench.author.edit("def count_up", "def count_more")
    bench.reloaded()
    assert list(old) == list(bench.net.tx.Counting) == ["count_more"]


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("self.count.get() + 1", "self.count.get( + 1", "self.count.get( + 1", "SyntaxError: '(' was never closed"),
        ("@config\n", "1 / 0\n@config\n", "1 / 0", "ZeroDivisionError: division by zero"),
        ("StorageValue[U32]", "StorageValue[int]", "StorageValue[int]", "an integer needs a width"),
        ("    @call(0", "    def on_initialize(self, now):\n        boom\n\n    @call(0", "boom", "NameError"),
        ("import U32\n", "import U33\n", "import U33", "ImportError: cannot import name 'U33'"),
        ("class Counting", "class Counted2", "Counting(", "AttributeError"),
    ],
)
def test_an_edit_that_does_not_work_is_told_with_its_place(
    bench: Bench, old: str, new: str, place: str, reason: str
) -> None:
    bench.author.edit(old, new)
    told = bench.refused()
    file = bench.author.runtime if place == "Counting(" else bench.author.pallet
    line = next(at for at, text in enumerate(file.read_text("utf-8").splitlines(), 1) if place in text)
    assert told.startswith(f"{file}:{line}: ")
    assert reason in told
    assert bench.watcher.look() is None
    assert (bench.node.best.number, bench.count_up()) == (0, 1)  # the code before goes on
    bench.author.edit(new, old)
    assert bench.watcher.look() is None  # nothing differs from what runs
    bench.author.edit("+ 1)", "+ 7)")
    bench.reloaded()
    assert bench.count_up() == 8


def test_what_two_files_need_together_is_brought_when_both_are_saved(bench: Bench) -> None:
    bench.author.edit("class Counting(", "class Tally(")
    assert "Counting" in bench.refused()
    text = bench.author.runtime.read_text("utf-8")
    name = bench.author.name
    bench.author.runtime.write_text(text.replace(f"{name}_pallet.Counting(", f"{name}_pallet.Tally("), "utf-8")
    outcome = bench.reloaded()
    assert set(outcome.files) == {bench.author.pallet, bench.author.runtime}
    assert "Tally" in bench.net.tx


def test_a_new_module_of_an_edit_that_was_refused_is_read_again(bench: Bench) -> None:
    step = bench.author.pallet.with_name(f"{bench.author.name}_step.py")
    step.write_text("STEP = 10\n", "utf-8")
    bench.author.edit("@config\n", f"from {step.stem} import STEP\n\n1 / 0\n\n@config\n")
    bench.refused()
    step.write_text("STEP = 20\n", "utf-8")
    bench.author.edit("1 / 0\n", "")
    bench.author.edit("self.count.get() + 1", "self.count.get() + STEP")
    bench.reloaded()
    assert bench.count_up() == 20
    step.write_text("STEP = 300\n", "utf-8")
    assert bench.reloaded().files == (step,)
    assert bench.count_up() == 320


def test_saving_the_same_text_changes_nothing(bench: Bench) -> None:
    bench.author.pallet.write_text(bench.author.pallet.read_text("utf-8"), "utf-8")
    assert bench.watcher.look() is None
    assert bench.node.best.number == 0


def test_a_call_that_crashes_is_mended_by_an_edit(bench: Bench) -> None:
    bench.author.edit("self.count.get() + 1", "self.cuont.get() + 1")
    bench.reloaded()
    with pytest.raises(AttributeError, match="cuont"):
        bench.count_up()
    bench.author.edit("self.cuont.get() + 1", "self.count.get() + 2")
    bench.reloaded()
    assert bench.count_up() == 2


def test_many_edits_one_after_the_other(bench: Bench) -> None:
    expected = 0
    for step in range(2, 6):
        bench.author.edit(f"self.count.get() + {step - 1}", f"self.count.get() + {step}")
        assert bench.reloaded().spec_version == 99 + step
        expected += step
        assert bench.count_up() == expected


def test_a_version_that_the_author_raises_is_the_authors(bench: Bench) -> None:
    text = bench.author.runtime.read_text("utf-8")
    raised = text.replace("version=VERSION", "version=replace(VERSION, spec_version=500)")
    raised = raised.replace("from chain.crypto", "from dataclasses import replace\n\nfrom chain.crypto", 1)
    bench.author.runtime.write_text(raised, "utf-8")
    assert bench.reloaded().spec_version == 500


def test_going_back_over_an_upgrade_goes_back_to_the_old_code(bench: Bench) -> None:
    bench.count_up()
    before = bench.node.snapshot()
    bench.author.edit("+ 1)", "+ 5)")
    bench.reloaded()
    assert bench.count_up() == 6
    bench.node.revert(before)
    assert bench.count_up() == 2


def test_it_looks_by_itself_and_logs_what_came_of_it(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    timer = SimulatedTimer()
    end = bench.watcher.follow(timer, tell)
    caplog.set_level("INFO", "watch")
    bench.author.edit("+ 1)", "+ 5)")
    timer.advance(PAUSE_MS)
    bench.author.edit("+ 5)", "+ )")
    timer.advance(PAUSE_MS)
    end()
    bench.author.edit("+ )", "+ 6)")
    timer.advance(10 * PAUSE_MS)
    assert [(record.levelname, "spec version 101" in record.message) for record in caplog.records] == [
        ("INFO", True),
        ("ERROR", False),
    ]
