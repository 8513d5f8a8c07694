"""One hypothesis profile for all tests: examples may take as long as the machine is busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("palletlab", deadline=None, print_blob=True)
settings.load_profile("palletlab")
