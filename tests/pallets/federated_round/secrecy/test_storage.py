"""Hidden rounds leave the state as open ones do, and an import of the pallet loads nothing of theirs."""

from __future__ import annotations

import subprocess
import sys

from pallets.federated_round import Phase
from pallets.federated_round.ending import forget
from tests.pallets.federated_round.secrecy.hidden_play import FULL, Hidden, terms_of


def test_a_forgotten_round_leaves_nothing() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.finish()
    rounds = played.rounds
    prefixes = [item.layout.prefix for item in (rounds.public_keys, rounds.dealings, rounds.missing, rounds.openings)]
    prefixes.append(rounds.groups.layout.prefix)

    def left() -> list[int]:
        return [sum(1 for _ in rounds.storage.keys(prefix)) for prefix in prefixes]

    assert left() == [4, 4, 7, 4, 1]
    forget(rounds, *played.key)
    assert left() == [0] * 5


def test_a_round_that_ended_before_its_groups_were_drawn_is_forgotten_too() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.until(Phase.ANNOUNCE_KEYS)
    played.stop(*played.clients[:2])
    played.finish()
    assert len(list(played.rounds.public_keys.iter_keys())) == 2
    forget(played.rounds, *played.key)
    assert list(played.rounds.public_keys.iter_keys()) == []


def test_importing_the_pallet_loads_nothing_of_hidden_rounds_and_these_are_decided_without_numpy() -> None:
    program = """
import sys
import pallets.federated_round
late = {"pallets.learning.secure_aggregation.messages"}
late |= {f"pallets.federated_round.secrecy.{name}" for name in ("phases", "settlement", "terms", "sums", "queries")}
assert not late & set(sys.modules), late & set(sys.modules)
import pallets.federated_round.secrecy.phases, pallets.federated_round.secrecy.settlement
import pallets.federated_round.secrecy.terms, pallets.federated_round.secrecy.queries
assert "numpy" not in sys.modules
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
