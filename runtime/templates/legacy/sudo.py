"""Sudo before 2024: the right to act as root could be handed on, not given up."""

from __future__ import annotations

from pallets import sudo
from pallets.sudo import Config, Error, Event, Genesis

__all__ = ["Config", "Error", "Event", "Genesis", "Sudo"]


class Sudo(sudo.Sudo):
    without_calls = frozenset({"remove_key"})
