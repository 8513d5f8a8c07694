"""Hidden rounds leave the state as open ones do, and an import of the pallet loads nothing of theirs."""

from __future__ import annotations

import subprocess
import sys

from pallets.federated_round import Phase
from pallets.federated_round.ending import forget
from tests.pallets.federated_round.secrecy.hidden_play import FULL, Hidden, terms_of


def test_a_forgotten_round_leaves_nothing_and_its_keys_may_be_announced_again() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.finish()
    rounds = played.rounds
    prefixes = [item.layout.prefix for item in (rounds.public_keys, rounds.dealings, rounds.missing, rounds.openings)]
    prefixes += [item.layout.prefix for item in (rounds.used_keys, rounds.groups)]

    def left() -> list[int]:
        return [sum(1 for _ in rounds.storage.keys(prefix)) for prefix in prefixes]

    assert left() == [4, 4, 7, 4, 8, 1]
    forget(rounds, *played.key)
    assert left() == [0] * 6


def test_a_round_that_ended_before_its_groups_were_drawn_is_forgotten_too() -> None:
    played = Hidden(terms_of(FULL, 4, 3), 4)
    played.until(Phase.ANNOUNCE_KEYS)
    played.stop(*played.clients[:2])
    played.finish()
    assert len(list(played.rounds.used_keys.iter_keys())) == 4
    forget(played.rounds, *played.key)
    assert list(played.rounds.used_keys.iter_keys()) == []


def test_importing_the_pallet_loads_no_cipher_and_no_phase_of_hidden_rounds() -> None:
    modules = (
        "pallets.learning.secure_aggregation.client",
        "pallets.learning.secure_aggregation.messages",
        "pallets.federated_round.secrecy.phases",
        "pallets.federated_round.secrecy.settlement",
    )
    program = f"import sys, pallets.federated_round; sys.exit(any(name in sys.modules for name in {modules!r}))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_hidden_round_is_decided_on_chain_without_numpy() -> None:
    program = (
        "import sys\n"
        "import pallets.federated_round.secrecy.phases, pallets.federated_round.secrecy.terms\n"
        "import pallets.federated_round.secrecy.settlement, pallets.federated_round.secrecy.queries\n"
        "import pallets.federated_round.secrecy.calls\n"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
