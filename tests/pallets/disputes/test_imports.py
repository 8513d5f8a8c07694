"""A chain on which nobody argues loads no computation: neither numpy nor what learning needs."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_pallet_imports_no_computation() -> None:
    program = (
        "import sys, pallets.disputes, pallets.disputes.computations.kinds\n"
        "heavy = ('numpy', 'pallets.learning', 'pallets.disputes.computations.streams', 'pallets.disputes.worker')\n"
        "print(sorted(set(heavy) & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_judging_imports_no_numpy() -> None:
    program = (
        "import sys\n"
        "from pallets.disputes.computations import averaging, kinds, merging, streams, training_steps\n"
        "print('numpy' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
