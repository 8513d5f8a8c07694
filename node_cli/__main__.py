"""`python -m node_cli` is the command `palletlab`."""

import sys

from node_cli.main import main

sys.exit(main())
