from __future__ import annotations

import pytest

from pallets.learning.linear_model import LinearModel
from pallets.learning.linear_training import train_linear
from pallets.learning.simulation.learners.learner import WrongKind
from pallets.learning.simulation.servers import Local, server_of
from tests.pallets.learning.simulation.learners.kinds import ARRIVED, AVERAGES, DESCENT, PARTS, PLAIN, updates_of


def test_clients_descend_from_the_newest_version_with_what_the_strategy_adds() -> None:
    rows, labels = PARTS[0]
    begun = train_linear(AVERAGES.start, *PARTS[1], DESCENT)
    assert AVERAGES.trained(begun, rows, labels, b"any seed", PLAIN) == train_linear(begun, rows, labels, DESCENT)
    held = AVERAGES.trained(begun, rows, labels, b"", Local(proximal=1 << 13))
    assert held != AVERAGES.trained(begun, rows, labels, b"", PLAIN)


def test_the_servers_rule_joins_and_without_one_nothing_is_joined() -> None:
    updates = updates_of(AVERAGES)
    mean, median = (
        AVERAGES.joined(AVERAGES.start, updates, ARRIVED, server_of(name, 0, DESCENT)) for name in ("fedavg", "median")
    )
    assert isinstance(mean, LinearModel)
    assert mean != median
    columns = zip(*(each.weights for each in updates if isinstance(each, LinearModel)), strict=True)
    assert median.weights == tuple(sorted(column)[1] for column in columns)
    with pytest.raises(WrongKind, match="without a server's rule"):
        AVERAGES.joined(AVERAGES.start, updates, ARRIVED, None)
