"""What runtimes of 2022 and 2023 have that today's have not, and the other way round.

`system`, `balances`, `grandpa`, `sudo`, `template`: pallets derived from those of today. `collective_flip`: one that
is gone.
"""

from runtime.templates.legacy.balances import Balances, FirstBalances
from runtime.templates.legacy.collective_flip import RandomnessCollectiveFlip
from runtime.templates.legacy.grandpa import Grandpa
from runtime.templates.legacy.sudo import FirstSudo, Sudo
from runtime.templates.legacy.system import System, UnauthorizedSystem
from runtime.templates.legacy.template import Template

__all__ = [
    "Balances",
    "FirstBalances",
    "FirstSudo",
    "Grandpa",
    "RandomnessCollectiveFlip",
    "Sudo",
    "System",
    "Template",
    "UnauthorizedSystem",
]
