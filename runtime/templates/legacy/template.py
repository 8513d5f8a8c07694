"""Template with the weights that its author guessed before he measured them."""

from __future__ import annotations

from chain.primitives import U32
from pallets import template
from pallets.frame.call import call
from pallets.frame.origin import Origin
from pallets.frame.weight import db
from pallets.template import Config, Error, Event

__all__ = ["Config", "Error", "Event", "Template"]


class Template(template.Template):
    @call(0, weight=db(writes=1, ref_time=10_000))
    def do_something(self, origin: Origin, something: U32) -> None:
        super().do_something(origin, something)

    @call(1, weight=db(reads=1, writes=1, ref_time=10_000))
    def cause_error(self, origin: Origin) -> None:
        super().cause_error(origin)
