"""What one family promises whoever chooses it: a text to be hashed, bounds that are kept, artifacts of its purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.learning.decoding import DecodeError
from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.families import FAMILIES, family_of
from pallets.learning.estimators.family import ARTIFACT_BYTES, LearningExtraMissing, Purpose, check_size

RIDGE = family_of("ridge")
ROWS, TARGETS = [[1], [2], [4]], [0, 5, 11]


def test_the_text_to_be_hashed_has_the_artifact_each_bound_and_the_agreement() -> None:
    texts = [family.specification.decode() for family in FAMILIES]
    assert len(set(texts)) == len(FAMILIES)
    for family, text in zip(FAMILIES, texts, strict=True):
        assert text.startswith(f"{family.name}: artifact {family.kind.magic.decode()}; ")
        assert text.endswith(f"; {family.agreement}")
        assert all(f"{each.name} {each.low} to {each.high}" in text for each in family.parameters)
    other = replace(RIDGE, agreement="something else")
    assert other.specification != RIDGE.specification


def test_who_classifies_or_regresses_learns_with_targets_and_nobody_else() -> None:
    assert {family.purpose for family in FAMILIES if family.has_targets} == {Purpose.CLASSIFY, Purpose.REGRESS}
    assert not family_of("k_means").has_targets


def test_parameters_out_of_bounds_or_of_another_family_are_refused_before_anything_is_trained() -> None:
    never = replace(RIDGE, trainer="no_such_module")
    [first, *_] = RIDGE.parameters
    with pytest.raises(EstimatorError, match=first.name):
        never.train(ROWS, TARGETS, **{first.name: first.high + 1})
    with pytest.raises(EstimatorError, match="nothing_of_it"):
        never.train(ROWS, TARGETS, nothing_of_it=1)


def test_a_trainer_that_cannot_be_imported_says_what_to_install() -> None:
    with pytest.raises(LearningExtraMissing, match=r"pip install 'palletlab\[learning\]'"):
        replace(RIDGE, trainer="no_such_module").train(ROWS, TARGETS)


def test_what_is_too_long_is_not_looked_at() -> None:
    check_size(bytes(16))
    with pytest.raises(DecodeError, match=f"more than {ARTIFACT_BYTES}"):
        RIDGE.decode(bytes(ARTIFACT_BYTES + 1))
