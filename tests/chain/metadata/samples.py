"""Metadata of real runtimes, by name: those of the vectors, and those that the recorded chains carry."""

from __future__ import annotations

from functools import cache
from typing import Final

import pytest

from chain.metadata import Metadata
from tests.vectors import files_of, load, unhex

UNSTABLE: Final = "V4294967295"
"""A version that no runtime of today gives: the name is that of an unfinished V16."""


def _samples() -> dict[str, bytes]:
    found = {}
    for name in files_of("metadata"):
        for vector in load(name)["vectors"]:
            if "hex" in vector:
                found[vector["id"]] = unhex(vector["hex"])
    for name in files_of("golden"):
        chain = load(name)
        versions = {version: text for version, text in chain["metadata"].items() if version != UNSTABLE}
        found |= {f"{chain['runtime']} {version}": unhex(text) for version, text in versions.items()}
    return found


SAMPLES: Final = _samples()


@cache
def metadata_of(path: str) -> Metadata:
    """The metadata of a vector file, by the path that other vectors refer to it by; skips where it is absent."""
    return Metadata.decode(unhex(load(path)["vectors"][0]["hex"]))


@cache
def sample(name: str) -> Metadata:
    """The metadata of a sample; skips where it is absent."""
    if name not in SAMPLES:
        pytest.skip(f"metadata {name} is not beside this checkout")
    return Metadata.decode(SAMPLES[name])
