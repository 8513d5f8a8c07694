"""The peers' environment and their processes."""

from __future__ import annotations

import ast
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.measure import PeerUnavailable
from benchmarks.peers import (
    ETH_TESTER,
    ETH_TESTER_CHAIN,
    FLOWER_MEAN,
    FLOWER_SECAGG,
    PY_EVM,
    PY_TRIE,
    SCALECODEC,
    SCALECODEC_METADATA,
    SCIKIT_LEARN,
    TITANOBOA,
    Peer,
    PeerProcess,
    installed,
    pins,
)

PEER_SIDE = Path(peers.__file__).parent / "peer_side"
PEER_PACKAGES = {"trie", "scalecodec", "eth_tester", "eth", "boa", "sklearn", "numpy", "flwr"}
PEERS = [
    PY_TRIE,
    SCALECODEC,
    SCALECODEC_METADATA,
    ETH_TESTER,
    ETH_TESTER_CHAIN,
    PY_EVM,
    TITANOBOA,
    SCIKIT_LEARN,
    FLOWER_MEAN,
    FLOWER_SECAGG,
]

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
    for package in (folder, folder.parent):  # packages, so that those of the checkout do not stand in front
        (package / "__init__.py").touch()
    monkeypatch.setattr(peers, "CHECKOUT", tmp_path)
    monkeypatch.setattr(peers, "installed", lambda _peer, _say: Path(sys.executable))
    return Peer("echo", "trie", "echo")


def quiet(_phrase: str) -> None:
    """Progress that nobody looks at."""


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.script)
def test_every_package_of_a_peer_is_pinned(peer: Peer) -> None:
    assert {peer.package, *peer.extras} <= pins(peer.apart).keys()
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


@pytest.fixture
def fake_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment whose pip notes what it is asked, and fails for eth-tester."""

    def create(environment: Path, *, with_pip: bool) -> None:
        assert with_pip
        interpreter = environment / "bin" / "python"
        interpreter.parent.mkdir(parents=True, exist_ok=True)
        interpreter.write_text(
            '#!/bin/sh\necho "$@" >> "$0".asked\ncase "$*" in *eth-tester*) echo no such; exit 1; esac\n'
        )
        interpreter.chmod(0o755)

    monkeypatch.setattr(peers, "ENVIRONMENT", tmp_path / "environment")
    monkeypatch.setattr("venv.create", create)
    return tmp_path / "environment"


def test_a_peer_is_installed_once_at_its_pinned_versions(fake_pip: Path) -> None:
    interpreter = installed(SCIKIT_LEARN, quiet)
    assert installed(SCIKIT_LEARN, quiet) == interpreter == fake_pip / "bin" / "python"
    (asked,) = Path(f"{interpreter}.asked").read_text().splitlines()
    version, numpy_version = pins()["scikit-learn"], pins()["numpy"]
    assert asked.endswith(f"--constraint {peers.PINS} scikit-learn=={version} numpy=={numpy_version}")


def test_a_peer_that_stands_apart_has_an_environment_and_pins_of_its_own(fake_pip: Path) -> None:
    interpreter = installed(FLOWER_MEAN, quiet)
    assert interpreter == fake_pip.with_name(".venv-flower") / "bin" / "python"
    (asked,) = Path(f"{interpreter}.asked").read_text().splitlines()
    assert f"--constraint {peers.PINS.with_name('flower_pins.txt')} flwr=={pins('flower')['flwr']} " in asked


def test_a_peer_is_installed_again_when_a_pin_changes(
    fake_pip: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed(SCALECODEC, quiet)
    (tmp_path / "pins.txt").write_text("scalecodec==0.0.1\n")
    monkeypatch.setattr(peers, "PINS", tmp_path / "pins.txt")
    installed(SCALECODEC, quiet)
    assert (fake_pip / "bin" / "python.asked").read_text().splitlines()[1].endswith("scalecodec==0.0.1")


def test_a_peer_that_pip_cannot_install_is_unavailable(fake_pip: Path) -> None:
    with pytest.raises(PeerUnavailable) as caught:
        installed(ETH_TESTER, quiet)
    assert str(caught.value) == f"pip could not install {ETH_TESTER.title}, environment/pip.log says why"
    assert (fake_pip / "pip.log").read_text() == "no such\n"
    assert list(fake_pip.glob("*.installed")) == []
