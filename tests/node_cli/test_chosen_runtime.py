"""Which runtime `--runtime` names, and what is told where it names none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chain.state.overlay import Overlay
from node_cli.chosen_runtime import NotARuntime, chosen_runtime, require_construction
from runtime.dev import DevRuntime
from runtime.templates.solochain import Solochain


def test_the_runtime_of_this_repository_is_the_default() -> None:
    chosen = chosen_runtime()
    assert chosen.runtime is DevRuntime
    assert DevRuntime(Overlay(chosen.genesis())).balances.total_issuance.get() == 12 << 60


def test_another_runtime_of_this_repository() -> None:
    assert chosen_runtime("runtime.templates.solochain:Solochain").runtime is Solochain


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("runtime.dev", "'runtime.dev' names no runtime: write module:Class, as runtime.dev:DevRuntime"),
        ("a-b:C", "'a-b:C' names no runtime"),
        (":C", "':C' names no runtime"),
        ("runtime.dev:Nothing", "runtime.dev:Nothing is no runtime: a class that derives from"),
        ("runtime.dev:VERSION", "runtime.dev:VERSION is no runtime"),
        ("no_such_module:C", "ModuleNotFoundError: No module named 'no_such_module'"),
    ],
)
def test_what_names_none_is_one_sentence(text: str, told: str) -> None:
    with pytest.raises(NotARuntime) as refused:
        chosen_runtime(text)
    assert str(refused.value).startswith(told)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("x = (", "broken_one.py:1: SyntaxError: '(' was never closed"),
        ("import nothing_here", "broken_one.py:1: ModuleNotFoundError: No module named 'nothing_here'"),
        ("\n\nraise KeyError", "broken_one.py:3: KeyError"),
    ],
)
def test_a_module_that_fails_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, told: str
) -> None:
    (tmp_path / "broken_one.py").write_text(source, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(NotARuntime) as refused:
        chosen_runtime("broken_one:C")
    assert str(refused.value) == f"{tmp_path}/{told}"


CONSTRUCTED = """from pallets.template import Config, Template
from runtime.dev import DevRuntime

class Whole(DevRuntime): ...

class StorageAlone(DevRuntime):
    def __init__(self, storage):
        super().__init__(storage)

class OneMore(DevRuntime):
    def __init__(self, storage, signatures, other):
        super().__init__(storage, signatures)

class Failing(DevRuntime):
    def __init__(self, storage, signatures=None):
        super().__init__(storage, signatures)
        raise TypeError("on purpose")

class Doubled(DevRuntime):
    def __init__(self, storage, signatures=None):
        super().__init__(storage, signatures)
        self.again = Template(self, Config(), index=200)
"""

HANDED = (
    "cannot be run by a node, which hands it a state and the signatures that are known: let its __init__ take "
    "(self, storage, signatures=None), and hand both to its base's"
)


@pytest.mark.parametrize(
    ("class_name", "told"),
    [
        ("StorageAlone", f"constructed_one:StorageAlone {HANDED}"),
        ("OneMore", f"constructed_one:OneMore {HANDED}"),
        ("Failing", "{file}:17: TypeError: on purpose"),
        ("Doubled", "{file}:22: the name Template is that of the pallet in line"),
    ],
)
def test_a_class_that_a_node_cannot_construct_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, class_name: str, told: str
) -> None:
    file = tmp_path / "constructed_one.py"
    file.write_text(CONSTRUCTED, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "constructed_one", raising=False)
    require_construction(chosen_runtime("constructed_one:Whole"))
    chosen = chosen_runtime(f"constructed_one:{class_name}")
    with pytest.raises(NotARuntime) as refused:
        require_construction(chosen)
    assert str(refused.value).startswith(told.format(file=file))
    assert "\n" not in str(refused.value)
