"""What a pallet declares is read once, and everything wrong with it is told together."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from chain.crypto.hashing import Hasher
from chain.primitives import U32, AccountId
from pallets.frame.composition import Composition
from pallets.frame.declaration import DeclarationMistakes, on_chain_name
from pallets.frame.pallet import Pallet
from pallets.frame.source_text import attribute_docs
from pallets.frame.storage import StorageMap, StorageValue
from pallets.frame.testing import MockRuntime
from tests.pallets.frame import forecast
from tests.pallets.frame.forecast import Forecast


def test_all_mistakes_of_a_pallet_come_in_one_report_each_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "mistaken.py"
    source.write_text(Path(__file__).with_name("mistaken.txt").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DeclarationMistakes) as caught:
        importlib.import_module("mistaken")
    mistakes = caught.value.mistakes
    assert {mistake.file for mistake in mistakes} == {str(source)}
    lines = source.read_text(encoding="utf-8").splitlines()
    found = [(lines[mistake.line - 1].strip().split(":")[0].split("(")[0], mistake.text) for mistake in mistakes]
    assert [(line, text.split(": ")[0]) for line, text in found] == [
        ("class Measured", "Measured"),
        ("other", "other"),
        ("twice", "twice"),
        ("ratio", "ratio"),
        ("def first", "first"),
        ("def second", "second"),
        ("def third", "third"),
        ("def fourth", "fourth"),
        ("def fifth", "fifth"),
    ]
    assert str(caught.value).startswith("Mistaken: 9 mistakes in its declaration\n")
    for remedy in (
        "name 'Missing' is not defined: import it, or define it above",
        "count is Count on chain already: use item(name=…)",
        "parameter value has no type: write value: U32, or whatever it is",
        "call index 0 is first's: take another",
        "third: a call needs a weight, as in @call(1, weight=db(reads=1, writes=1))",
        "weight_of_length asks for length, which is no parameter of the call",
        "fifth: a call's first parameter is `origin: Origin`",
    ):
        assert remedy in str(caught.value)


NAMES = (Hasher, StorageMap, StorageValue)
"""What the annotations below refer to."""


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("StorageValue[U33]", "name 'U33' is not defined: did you mean U32?"),
        ("StorageMap[Hasher.TWOX_64_CONCATE, U32]", "TWOX_64_CONCATE: did you mean TWOX_64_CONCAT?"),
        ("StorageMap[U32]", "Too few arguments"),
        ("StorageValue[U32", "was never closed"),
    ],
)
def test_an_annotation_that_means_nothing_says_what_was_probably_meant(written: str, remedy: str) -> None:
    with pytest.raises(DeclarationMistakes) as caught:
        type("Unresolved", (Pallet,), {"__annotations__": {"item": written}, "__module__": __name__})
    assert remedy in str(caught.value)


def test_a_declaration_holds_storage_calls_events_errors_and_hooks() -> None:
    declaration = Forecast.declaration
    assert [(each.attribute, each.name, each.optional) for each in declaration.storage] == [
        ("count", "Count", False),
        ("last", "Last", True),
        ("recent", "Recent", False),
    ]
    assert [(each.index, each.name, each.parameters) for each in declaration.calls] == [
        (0, "submit", (("value", U32),))
    ]
    assert (declaration.event, declaration.error) == (forecast.Event, forecast.Error)
    assert declaration.hooks == {"on_initialize", "offchain_worker"}
    assert declaration.storage[1].keys == (AccountId,)


def test_the_string_under_an_item_is_its_documentation() -> None:
    docs = attribute_docs(forecast.__file__, "Forecast")
    assert docs["last"] == "Block of each account's newest forecast, None before its first."


def test_names_on_chain_are_camel_case() -> None:
    assert [on_chain_name(name) for name in ("count", "block_hash", "u32_values")] == [
        "Count",
        "BlockHash",
        "U32Values",
    ]


@pytest.mark.parametrize(("index", "name", "taken"), [(8, "Other", "index 8"), (9, "Forecast", "the name Forecast")])
def test_an_index_or_name_is_given_once(index: int, name: str, taken: str) -> None:
    class Twice(MockRuntime):
        pass

    runtime = Twice()
    settings = forecast.Config(model=Constant())
    Forecast(runtime, settings, index=8)
    with pytest.raises(DeclarationMistakes, match=f"test_declaration.py:.*{taken} is Forecast's already"):
        Forecast(runtime, settings, index=index, name=name)
    assert isinstance(runtime, Composition)


class Constant:
    def predict(self, recent: list[U32]) -> U32:
        return 1
