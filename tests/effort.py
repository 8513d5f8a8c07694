"""How hard the tests try that search by seeds: `make fuzz` and `make storms` set a multiple of `make test`'s."""

from __future__ import annotations

import os
from typing import Final

EFFORT: Final = int(os.environ.get("PALLETLAB_EFFORT", "1"))
