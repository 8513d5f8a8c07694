"""A runtime with these pallets needs no numpy: only workers that train do."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("package", ["federated_round", "staking", "governance", "ml_registry"])
def test_importing_the_pallet_imports_no_numpy(package: str) -> None:
    program = f"import sys; import pallets.{package}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
