"""The peers' environment and their processes."""

from __future__ import annotations

import ast
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.measure import PeerUnavailable
from benchmarks.peers import ETH_TESTER, PY_TRIE, SCALECODEC, SCIKIT_LEARN, Peer, PeerProcess, installed, pins

PEER_SIDE = Path(peers.__file__).parent / "peer_side"
PEER_PACKAGES = {"trie", "scalecodec", "eth_tester", "sklearn", "numpy"}

ECHO = """
import sys
from benchmarks.peer_side.serve import serve


def prepare(size):
    print("peers may print what they like")
    return {"size": size}


def double(number):
    if number == 13:
        raise SystemExit("unlucky")
    return {"seconds": 2 * number}


serve({"prepare": prepare, "double": double, "round": lambda: {"seconds": 0.5}})
"""


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Peer:
    """A peer of the standard library alone, run by our own interpreter."""
    folder = tmp_path / "benchmarks" / "peer_side"
    folder.mkdir(parents=True)
    shutil.copy(PEER_SIDE / "serve.py", folder)
    (folder / "echo.py").write_text(ECHO)
    monkeypatch.setattr(peers, "CHECKOUT", tmp_path)
    monkeypatch.setattr(peers, "installed", lambda _peer, _say: Path(sys.executable))
    return Peer("echo", "trie", "echo")


def quiet(_phrase: str) -> None:
    """Progress that nobody looks at."""


@pytest.mark.parametrize("peer", [PY_TRIE, SCALECODEC, ETH_TESTER, SCIKIT_LEARN])
def test_every_package_of_a_peer_is_pinned(peer: Peer) -> None:
    assert {peer.package, *peer.extras} <= pins().keys()
    assert (PEER_SIDE / f"{peer.script}.py").exists()


@pytest.mark.parametrize("script", sorted(PEER_SIDE.glob("*.py")), ids=lambda path: path.name)
def test_a_peers_script_imports_only_its_peer_and_the_standard_library(script: Path) -> None:
    for node in ast.walk(ast.parse(script.read_text())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            top = name.partition(".")[0]
            assert top in PEER_PACKAGES or top in sys.stdlib_module_names or name.startswith("benchmarks.peer_side.")


def test_a_peer_answers_what_it_is_asked(echo: Peer) -> None:
    with PeerProcess(echo, quiet, size=5) as process:
        assert process.ask("double", number=4) == {"seconds": 8}
        assert process.seconds() == 0.5
        assert process.prepared == {"size": 5}


def test_a_peer_is_not_started_before_it_is_asked(echo: Peer) -> None:
    shown: list[str] = []
    with PeerProcess(echo, shown.append, size=5) as process:
        assert shown == []
        process.seconds()
    assert shown == [f"preparing {echo.title}"]


def test_a_peer_that_ends_is_unavailable_from_then_on(echo: Peer) -> None:
    sentence = f"{echo.title} ended at 'double': unlucky"
    with PeerProcess(echo, quiet, size=5) as process:
        for _ in range(2):
            with pytest.raises(PeerUnavailable) as caught:
                process.ask("double", number=13)
            assert str(caught.value) == sentence


def test_a_peer_that_cannot_be_imported_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "installed", lambda _peer, _say: Path(sys.executable))
    with PeerProcess(PY_TRIE, quiet, size=5, touched=5) as process, pytest.raises(PeerUnavailable) as caught:
        process.seconds()
    assert str(caught.value) == f"{PY_TRIE.title} ended at 'prepare': ModuleNotFoundError: No module named 'trie'"


def test_a_peer_that_pip_does_not_find_is_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peers, "ENVIRONMENT", tmp_path / "environment")
    for name, value in (("PIP_CONFIG_FILE", "/dev/null"), ("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", "")):
        monkeypatch.setenv(name, value)
    with pytest.raises(PeerUnavailable) as caught:
        installed(PY_TRIE, quiet)
    assert str(caught.value) == f"pip could not install {PY_TRIE.title}, environment/pip.log says why"
    assert "trie" in (tmp_path / "environment" / "pip.log").read_text()
    assert list((tmp_path / "environment").glob("*.installed")) == []
