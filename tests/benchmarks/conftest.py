"""Peers that are not there, for the tests of our own sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.measure import PeerUnavailable, Say
from benchmarks.peers import Peer


@pytest.fixture
def no_peers(monkeypatch: pytest.MonkeyPatch) -> str:
    """No peer can be installed; the sentence that says so."""
    sentence = "there is no package index"

    def refuse(_peer: Peer, _say: Say) -> Path:
        raise PeerUnavailable(sentence)

    monkeypatch.setattr(peers, "installed", refuse)
    return sentence
