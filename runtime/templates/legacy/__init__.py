"""What runtimes of 2023 have and later ones do not: calls of Balances, and where Grandpa kept its authorities.

`balances`, `grandpa`: pallets derived from those of today.
"""

from runtime.templates.legacy.balances import Balances
from runtime.templates.legacy.grandpa import Grandpa

__all__ = ["Balances", "Grandpa"]
