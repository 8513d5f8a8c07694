"""What a round sent is counted from the state; what it would have sent whole, from the task's settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.content.memory import MemoryStore
from chain.scale import codec_of
from pallets.federated_round.audit import Evidence
from pallets.federated_round.settings import CompressedSettings, Settings, encode_settings
from pallets.federated_round.shapes.choice import Hierarchical
from pallets.federated_round.strategies.averaging import Averaging
from pallets.federated_round.traffic import NOTHING_SENT, traffic_of, uncompressed
from pallets.federated_round.types import Evaluation, Phase
from pallets.federated_round.worth import BySamples
from tests.pallets.federated_round.dev_learners import SETTINGS, TERMS, Learners

OPEN = replace(TERMS, worth=BySamples(), reward_threshold=0)
LINEAR = replace(SETTINGS, classes=16)
"""Sixteen outputs of three weights."""

COMPRESSED = CompressedSettings(encode_settings(LINEAR), bits=8, kept=0)
WHOLE = Averaging(LINEAR).update_bytes


def played(settings: Settings, learners: Learners | None = None) -> Evidence:
    found = learners or Learners((OPEN,), settings=settings)
    found.play_all()
    rounds = found.node.runtime_at().federated_round
    return Evidence(rounds, 0, 0, rounds.task(0), Phase.REVEAL_EVALUATIONS, found.content.get)


def test_updates_models_and_verdicts_are_counted_with_and_without_compression() -> None:
    whole, small = played(LINEAR), played(COMPRESSED)
    one, other = (traffic_of(each.rounds, 0, 0) for each in (whole, small))
    assert (one.clients, one.updates, other.clients) == (7, 7 * WHOLE, 7)
    assert WHOLE > 16 * 3 * 8
    assert other.updates == 7 * (25 + 16 * 3)  # a header, and a byte a weight
    assert (uncompressed(whole, one), uncompressed(small, other)) == (None, one.updates)
    assert one.models == other.models == WHOLE  # the model of the new version is whole
    verdict = small.rounds.agreed_evaluation.get((0, 0))
    assert verdict is not None
    assert (other.validators, other.verdicts) == (2, 2 * len(codec_of(Evaluation).encode(verdict)))


def test_groups_anchor_models_of_their_own() -> None:
    terms = replace(OPEN, shape=Hierarchical(2, 2))
    found = played(SETTINGS, Learners((terms,), settings=SETTINGS))
    sent = traffic_of(found.rounds, 0, 0)
    groups = found.rounds.groups_of_round(0, 0)
    assert len(groups) == 2
    agreed = found.rounds.agreed_aggregate.get((0, 0))
    assert agreed is not None
    assert agreed.model is not None
    assert sent.models == agreed.model.size + sum(each.model.size for each in groups.values() if each.model)


def test_settings_that_nobody_has_say_nothing_of_what_was_saved() -> None:
    found = played(COMPRESSED)
    gone = replace(found, content=MemoryStore().get)
    assert uncompressed(gone, traffic_of(gone.rounds, 0, 0)) is None
    assert traffic_of(found.rounds, 0, 9) == NOTHING_SENT


@pytest.mark.parametrize("rule_is_by_samples", [True, False])
def test_who_judges_how_does_not_matter(rule_is_by_samples: bool) -> None:
    terms = OPEN if rule_is_by_samples else replace(OPEN, worth=TERMS.worth)
    found = played(COMPRESSED, Learners((terms,), settings=COMPRESSED))
    assert uncompressed(found, traffic_of(found.rounds, 0, 0)) == 7 * WHOLE
