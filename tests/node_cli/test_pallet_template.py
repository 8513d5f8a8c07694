"""A new pallet has a name that can be written, imported and tested; its text is the template's with that name."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from node_cli.pallet_template import NameRefused, check_name, class_name, rendered

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["forecast", "price_forecast", "lane_2", "x25519_keys", "match"])
def test_words_joined_by_underscores_are_names(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Forecast", "is no name for a pallet: write lower-case words joined by _, as in price_forecast"),
        ("price-forecast", "is no name for a pallet"),
        ("price__forecast", "is no name for a pallet"),
        ("2prices", "is no name for a pallet"),
        ("präzision", "is no name for a pallet"),
        ("../forecast", "is no name for a pallet"),
        ("", "is no name for a pallet"),
        ("lambda", "is a word of Python's own: add a word to it, as in lambda_pallet"),
        ("test_forecast", "is how tests are called: leave the test_ out"),
        ("event", "is what the authoring kit calls a part of its own: add a word, as in my_event"),
        ("storage_map", "is what the authoring kit calls a part of its own"),
        ("mount", "is what the authoring kit calls a part of its own"),
        ("system", "is what the authoring kit calls a part of its own"),
        ("json", "is a module that can be imported already: add a word to it, as in my_json"),
        ("pallets", "is a module that can be imported already"),
        ("xxhash", "is a module that can be imported already"),
    ],
)
def test_other_names_are_refused_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(NameRefused) as caught:
        check_name(name)
    assert str(caught.value).startswith(f"{name!r} {reason}")


def test_a_module_of_the_same_name_here_is_the_authors_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "price_forecast.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    check_name("price_forecast")


def test_the_class_is_named_in_camel_case() -> None:
    assert [class_name(name) for name in ("forecast", "price_forecast", "lane_2")] == [
        "Forecast",
        "PriceForecast",
        "Lane2",
    ]


def test_no_placeholder_is_left() -> None:
    files = rendered("price_forecast")
    assert list(files) == ["price_forecast.py", "test_price_forecast.py"]
    for text in files.values():
        assert "pallet_name" not in text
        assert "PalletName" not in text


def test_the_pallet_shows_every_part_that_an_author_declares() -> None:
    tree = ast.parse(rendered("price_forecast")["price_forecast.py"])
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    assert {"Config", "Genesis", "Event", "Error", "PriceForecast"} <= classes.keys()
    body = classes["PriceForecast"].body
    items = {ast.unparse(each.annotation).split("[")[0] for each in body if isinstance(each, ast.AnnAssign)}
    methods = {each.name for each in body if isinstance(each, ast.FunctionDef)}
    assert items == {"StorageValue", "StorageMap"}
    assert {"report", "withdraw", "build_genesis", "on_initialize", "try_state"} == methods


def test_the_templates_are_installed_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    globs = project["tool"]["setuptools"]["package-data"]["node_cli"]
    installed = {path for pattern in globs for path in (ROOT / "node_cli").glob(pattern)}
    assert set((ROOT / "node_cli" / "templates").iterdir()) <= installed
