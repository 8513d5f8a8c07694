"""What a pallet's code would trip over, or silently not do, is told when a test mounts it."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from pallets.frame.declaration import DeclarationMistakes, require_types
from tests.pallets.frame.tally import Tally


def test_all_such_mistakes_come_in_one_report_each_with_its_line_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "misdeclared.py"
    source.write_text(Path(__file__).with_name("misdeclared.txt").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    pallet = importlib.import_module("misdeclared").Misdeclared
    with pytest.raises(DeclarationMistakes) as caught:
        require_types(pallet)
    lines = source.read_text(encoding="utf-8").splitlines()
    assert {mistake.file for mistake in caught.value.mistakes} == {str(source)}
    hashers = "Hasher.BLAKE2_128, Hasher.BLAKE2_256"
    found = [(lines[mistake.line - 1].strip(), mistake.text) for mistake in caught.value.mistakes]
    expected = [
        ("class Genesis:", "Genesis: first has no default, which a pallet without genesis config needs"),
        ("class Stray(PalletEvent):", "Stray: an event of the pallet is a subclass of its module's Event"),
        ("class Lost(PalletError):", "Lost: an error of the pallet is a subclass of its module's Error"),
        ("count = item(default=3)", "count: item() has no type: write count: StorageValue[…] = item(…)"),
        ("last = StorageValue[U32]", "last: a storage item is an annotation: write a colon in place of the equals"),
        ('votes: StorageMap[Annotated[AccountId, "blake3"], U32]', "votes: there is no hasher 'blake3': "),
        ("recent: StorageValue[Annotated[list[U32], MaxLen(Config.clock)]]", "recent: Config.clock is no number"),
        (
            "self.deposit_event(Added(AccountId(bytes(32)), value))",
            "Added is deposited and no event of this pallet: its events are subclasses of Event",
        ),
        ("self.deposit_event(Noted(value))", "Noted is deposited and not declared: write class Noted(Event)"),
        ("def on_initialise(self, now: U32) -> None:", "on_initialise: there is no such hook; did you mean on_"),
        ("def on_finalize(self) -> None:", "on_finalize: the hook is on_finalize(self, now: "),
    ]
    assert [line for line, _ in found] == [line for line, _ in expected]
    for (_, text), (_, beginning) in zip(found, expected, strict=True):
        assert text.startswith(beginning)
    assert hashers in str(caught.value)


def test_a_right_pallet_passes() -> None:
    require_types(Tally)
