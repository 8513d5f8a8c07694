"""View functions: questions that pallets answer (metadata V16)."""

from __future__ import annotations

from typing import Any

from chain.metadata.v15 import FunctionParameter
from chain.metadata.v16 import ViewFunction
from pallets.frame.pallet import Pallet
from runtime.metadata.registry import TypeRegistry
from runtime.metadata.source_docs import lines


def view_functions_of(pallet: Pallet[Any], registry: TypeRegistry) -> tuple[ViewFunction, ...]:
    """The pallet's view functions."""
    return tuple(
        ViewFunction(
            each.identifier(pallet.name),
            each.name,
            tuple(FunctionParameter(name, registry.number(hint)) for name, hint in each.parameters),
            registry.number(each.result),
            lines(each.docs),
        )
        for each in pallet.declaration.view_functions
    )
