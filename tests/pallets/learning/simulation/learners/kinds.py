"""One learner of each kind on a few irises, and what it learns in a round of three clients."""

from __future__ import annotations

from typing import Final

from pallets.learning.boosting.model import BoostingParameters
from pallets.learning.datasets import iris
from pallets.learning.forest import ForestParameters
from pallets.learning.linear_model import LinearParameters
from pallets.learning.network_rounds import Descent
from pallets.learning.simulation.learners.averages import AverageLearner
from pallets.learning.simulation.learners.boosting import BoostingLearner
from pallets.learning.simulation.learners.forests import ForestLearner
from pallets.learning.simulation.learners.learner import Learner, Update
from pallets.learning.simulation.learners.networks import NetworkLearner
from pallets.learning.simulation.servers import Arrived, Local, Server, server_of

DESCENT: Final = LinearParameters(epochs=5, learning_rate=2 << 16)
FOREST: Final = ForestParameters(trees=4, classes=3, max_depth=4)
AVERAGES: Final = AverageLearner(4, 3, DESCENT)
FORESTS: Final = ForestLearner(4, FOREST)
QUOTAS: Final = ForestLearner(4, FOREST, rows_for_a_tree=8)
BOOSTING: Final = BoostingLearner(4, 3, BoostingParameters(stages=2, rate=1 << 15, max_depth=2, features_per_split=2))
NETWORKS: Final = NetworkLearner(4, 3, 6, Descent(epochs=20, rate=1 << 15, batch=8))
KINDS: Final[tuple[Learner, ...]] = (AVERAGES, FORESTS, QUOTAS, BOOSTING, NETWORKS)

TASK: Final = iris()
PARTS: Final = tuple((TASK.rows[first::9], TASK.targets[first::9]) for first in range(3))
ROWS, LABELS = TASK.rows[4::6], TASK.targets[4::6]
SAMPLES: Final = (17, 17, 16)
ARRIVED: Final = Arrived((0, 1, 2), SAMPLES)
PLAIN: Final = Local()


def server_for(learner: Learner) -> Server | None:
    """Averages need a rule."""
    return server_of("fedavg", 0, DESCENT) if isinstance(learner, AverageLearner) else None


def updates_of(learner: Learner) -> list[Update]:
    """What three honest clients send in the first round."""
    base = learner.base(learner.start)
    return [learner.trained(base, *part, bytes([number]), PLAIN) for number, part in enumerate(PARTS)]
