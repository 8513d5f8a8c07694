"""The namespaces that every server has."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from chain.rpc.methods import (
    archive_v1,
    author,
    chain,
    chainHead_v1,
    chainSpec_v1,
    childstate,
    dev,
    engine,
    offchain,
    payment,
    rpc,
    state,
    sync_state,
    system,
    transaction_v1,
    transactionWatch_v1,
)
from chain.rpc.registry import Methods

NAMESPACES: Final[tuple[ModuleType, ...]] = (
    archive_v1,
    author,
    chain,
    chainHead_v1,
    chainSpec_v1,
    childstate,
    dev,
    engine,
    offchain,
    payment,
    rpc,
    state,
    sync_state,
    system,
    transaction_v1,
    transactionWatch_v1,
)
"""One module for each."""


def standard_methods(*also: ModuleType) -> Methods:
    """The methods of every server, and of the namespaces that this one has besides."""
    return Methods((*NAMESPACES, *also))
