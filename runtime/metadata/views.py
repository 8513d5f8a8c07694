"""View functions: questions that pallets answer (metadata V16)."""

from __future__ import annotations

from typing import Any

from chain.metadata.v16 import ViewFunction
from pallets.frame.pallet import Pallet
from runtime.metadata.registry import TypeRegistry


def view_functions_of(pallet: Pallet[Any], registry: TypeRegistry) -> tuple[ViewFunction, ...]:
    """The pallet's view functions."""
    return ()
