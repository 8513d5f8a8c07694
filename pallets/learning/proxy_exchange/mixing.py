"""What a client makes of its own proxy and the one that it has heard."""

from __future__ import annotations

from dataclasses import replace

from pallets.learning.fixed_point import divide
from pallets.learning.linear_model import LinearModel, LinearModelError


def mixed(own: LinearModel, heard: LinearModel) -> LinearModel:
    """Half of each, every weight rounded toward zero; raises LinearModelError where the shapes differ.

    Where everybody hears somebody else, each proxy is heard once: the mean of all proxies stays, but for the rounding.
    """
    if (own.kind, own.features, own.classes) != (heard.kind, heard.features, heard.classes):
        raise LinearModelError("a proxy of another kind or shape than one's own")
    weights = (divide(mine + other, 2) for mine, other in zip(own.weights, heard.weights, strict=True))
    return replace(own, weights=tuple(weights))
