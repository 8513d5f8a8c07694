"""A node's workers keep their artifacts where the command line says, and the chain is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chain.content.directory import DirectoryStore
from chain.content.remembering import RememberingStore
from node_cli.command import Parser, UsageError
from node_cli.commands import dev
from node_cli.content_options import add_content, content_of
from node_cli.dev_node import DevNode
from node_cli.main import main


def chosen(*arguments: str) -> RememberingStore | None:
    parser = Parser()
    add_content(parser)
    return content_of(parser.parse_args(arguments))


def test_without_an_address_there_is_no_store() -> None:
    assert chosen() is None


def test_several_addresses_are_one_store(tmp_path: Path) -> None:
    store = chosen("--content", f"dir:{tmp_path / 'one'}", "--content", f"dir:{tmp_path / 'two'}")
    assert store is not None
    cid = store.put(b"model")
    for name in ("one", "two"):
        assert DirectoryStore(tmp_path / name).get(cid) == b"model"


def test_what_is_no_store_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for address in ("elsewhere", f"dir:{tmp_path / 'file'}"):
        with pytest.raises(UsageError, match="--content: "):
            chosen("--content", address)


def test_a_development_node_is_given_the_store(tmp_path: Path) -> None:
    parser = Parser()
    dev.add_arguments(parser)
    options = dev.options_of(parser.parse_args(["--content", f"dir:{tmp_path / 'artifacts'}"]))
    assert isinstance(options.content, RememberingStore)
    assert DevNode(options).node.content is options.content


def test_a_federation_has_the_same_chain_wherever_its_artifacts_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def head(*arguments: str) -> Any:
        assert (
            main(["demo", "--rounds", "1", "--clients", "4", "--out", str(tmp_path / "out"), "--json", *arguments]) == 0
        )
        return json.loads(capsys.readouterr().out)["head"]

    folder = tmp_path / "artifacts"
    assert head("--content", f"dir:{folder}") == head()
    assert len(list(DirectoryStore(folder).entries())) > 5


def test_a_store_that_is_away_ends_the_demo_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--rounds", "1", "--out", str(tmp_path / "out"), "--content", "kubo:http://127.0.0.1:9"]
    assert main(["demo", *arguments]) == 1
    assert "127.0.0.1:9 cannot be asked" in capsys.readouterr().err
