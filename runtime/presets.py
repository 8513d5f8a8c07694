"""The presets of the development runtime: chains that tools ask for by name."""

from __future__ import annotations

from typing import Final

from runtime.dev import DEVELOPMENT, LOCAL_TESTNET, VERSION, DevRuntime
from runtime.genesis_builder import GenesisBuilder, merged

__all__ = ["DEVELOPMENT", "DEV_PRESETS", "LOCAL_TESTNET", "GenesisBuilder", "merged"]

DEV_PRESETS: Final = GenesisBuilder(DevRuntime, DevRuntime.genesis_presets(), VERSION.state_version)
"""The presets of the development runtime."""
