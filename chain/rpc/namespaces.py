"""The namespaces that every server has."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from chain.rpc.methods import author, chain, childstate, engine, offchain, payment, rpc, state, system
from chain.rpc.registry import Methods

NAMESPACES: Final[tuple[ModuleType, ...]] = (
    author,
    chain,
    childstate,
    engine,
    offchain,
    payment,
    rpc,
    state,
    system,
)
"""One module for each."""


def standard_methods(*also: ModuleType) -> Methods:
    """The methods of every server, and of the namespaces that this one has besides."""
    return Methods((*NAMESPACES, *also))
