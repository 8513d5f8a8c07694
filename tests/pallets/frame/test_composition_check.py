"""A runtime that cannot be made tells all mistakes of its constructor at once, each with its line and remedy."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.composition import Composition
from pallets.frame.composition_check import composition_mistakes
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.testing import MockRuntime
from runtime.dev import DevRuntime
from runtime.templates.node_template import NodeTemplate
from runtime.templates.solochain import Solochain
from tests.pallets.frame import tally


def test_all_mistakes_of_a_constructor_come_in_one_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "miscomposed.py"
    source.write_text(Path(__file__).with_name("miscomposed.txt").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    runtime = importlib.import_module("miscomposed").Miscomposed
    with pytest.raises(DeclarationMistakes) as caught:
        runtime()
    lines = source.read_text(encoding="utf-8").splitlines()
    assert {mistake.file for mistake in caught.value.mistakes} == {str(source)}
    found = [(lines[each.line - 1].strip().split(" = ")[0], each.text) for each in caught.value.mistakes]
    first = next(number for number, line in enumerate(lines, 1) if "self.tally =" in line)
    assert found == [
        ("self.balances", "pallet.Config has no field existential_deposite; did you mean existential_deposit?"),
        ("self.second", f"the name Tally is that of the pallet in line {first}: give this one another, name=…"),
        ("self.template", "Template: index 3 is Tally's: 1 is free"),
        ("self.third", "Tally: its config is a tests.pallets.frame.tally.Config, not a pallets.template.Config"),
        ("self.timestamp", "Timestamp: a pallet needs an index of its own, as in index=1"),
        ("self.fourth", "Tally: index 256 does not fit a byte: take one from 0 to 255"),
    ]
    assert str(caught.value).startswith("Miscomposed: 6 mistakes in its declaration\n")
    assert isinstance(caught.value.__cause__, TypeError)


class Right(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.tally = tally.Tally(self, tally.Config(), index=3)


class Derived(Right):
    def __init__(self, flaw: type[Exception]) -> None:
        super().__init__()
        raise flaw("planted")


@pytest.mark.parametrize("runtime", [Right, DevRuntime, Solochain, NodeTemplate])
def test_a_right_constructor_has_no_mistakes(runtime: type[Composition]) -> None:
    assert composition_mistakes(runtime) == []


class Headless(Composition):
    def __init__(self) -> None:
        super().__init__(Overlay(Trie.empty(1)))
        self.tally = tally.Tally(self, tally.Config(), index=3)


class HeadlessToo(Headless):
    """Has no constructor of its own."""


@pytest.mark.parametrize("runtime", [Headless, HeadlessToo])
def test_a_runtime_without_system_is_told_so(runtime: type[Headless]) -> None:
    with pytest.raises(DeclarationMistakes, match="Tally: System is the first pallet of every runtime"):
        runtime()


@pytest.mark.parametrize("flaw", [TypeError, ValueError, AttributeError, RuntimeError])
def test_what_is_no_mistake_of_composing_travels_on(flaw: type[Exception]) -> None:
    with pytest.raises(flaw, match=r"^planted$"):
        Derived(flaw)
