"""How a task splits the clients' part of a round's reward: by which scores of what the validators found.

The scores are those of `learning.payment`, which federations without a chain pay by, too; `settlement` finds them. The
version that a round makes is owned by the same scores, so that dividends follow payments.
"""

from __future__ import annotations

from typing import Final

from chain.primitives import Enumeration


class PaymentRule(Enumeration):
    """How contributions become scores."""


class Proportional(PaymentRule):
    """Contributions as they are: for clients that are trusted, because a liar may earn more than the honest."""


class Capped(PaymentRule):
    """Contributions that are capped: fewer than half of the clients never earn more for a sample than the others."""


PROPORTIONAL: Final = Proportional()

CAPPED: Final = Capped()
"""What a task that names nothing else has."""
