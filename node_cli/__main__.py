"""`python -m node_cli` is `palletlab`."""

from __future__ import annotations

import sys

from node_cli.main import main

sys.exit(main())
