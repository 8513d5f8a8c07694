from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module

import pytest

from pallets.learning.decoding import DecodeError
from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.artifact_kinds import KINDS, Transform, predictions
from pallets.learning.estimators.batch import batch_predictions
from pallets.learning.estimators.families import FAMILIES, decode, family_of
from pallets.learning.estimators.family import ARTIFACT_BYTES, Family, LearningExtraMissing, Purpose
from tests.pallets.learning.estimators.tables import shipped


def test_numbers_and_names_are_stable() -> None:
    assert [family.number for family in FAMILIES] == list(range(25))
    assert [family.name for family in FAMILIES] == [
        "decision_tree_classifier", "decision_tree_regressor", "random_forest_classifier", "random_forest_regressor",
        "linear_regression", "ridge", "lasso", "elastic_net", "logistic_regression", "neighbours_classifier",
        "neighbours_regressor", "support_vector_classifier", "support_vector_regressor", "gaussian_bayes",
        "bernoulli_bayes", "multinomial_bayes", "categorical_bayes", "k_means", "dbscan", "pca", "svd", "one_hot",
        "standard_scaling", "network_classifier", "network_regressor",
    ]  # fmt: skip


def test_every_kind_of_artifact_belongs_to_a_family_and_has_its_own_magic() -> None:
    assert {family.kind.name for family in FAMILIES} == {kind.name for kind in KINDS}
    assert len({kind.magic for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_parameter_is_the_trainers_with_its_default(family: Family) -> None:
    trainer = getattr(import_module(f"pallets.learning.estimators.{family.trainer}"), family.name)
    found = {
        name: None if parameter.default is inspect.Parameter.empty else int(parameter.default)
        for name, parameter in inspect.signature(trainer).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    assert {each.name: each.default for each in family.parameters} == found


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_learns_encodes_decodes_and_answers(family: Family) -> None:
    table = shipped("wine").train
    rows = (table.steps >> 13).tolist()  # eight levels, which every family understands
    settings = {"classes": 3} if any(each.name == "classes" for each in family.parameters) else {}
    if any(each.name == "trees" for each in family.parameters):
        settings["trees"] = 5
    targets = table.targets if family.purpose is Purpose.CLASSIFY else table.targets << 16
    model = family.train(rows, targets if family.has_targets else None, **settings)
    data = family.kind.encode(model)
    assert family.decode(data) == decode(data) == model
    assert model.cost_bound <= len(data)
    if isinstance(model, Transform):
        assert len(model.transform(rows[0])) > 1
    else:
        assert batch_predictions(model, rows) == predictions(model, rows)


def test_a_family_refuses_the_model_of_another_purpose() -> None:
    model = family_of("ridge").train([[1], [2]], [0, 5])
    data = family_of("ridge").kind.encode(model)
    assert family_of("lasso").decode(data) == model
    with pytest.raises(DecodeError, match="this model cannot classify"):
        family_of("logistic_regression").decode(data)
    with pytest.raises(DecodeError, match="starts with 504c4c01, not 50454e01"):
        family_of("neighbours_classifier").decode(data)


def test_targets_are_asked_for_or_refused() -> None:
    with pytest.raises(EstimatorError, match="ridge learns with targets"):
        family_of("ridge").train([[1], [2]])
    with pytest.raises(EstimatorError, match="pca learns without targets"):
        family_of("pca").train([[1], [2]], [0, 1])


def test_an_unknown_name_lists_those_that_there_are() -> None:
    with pytest.raises(
        EstimatorError, match=r"no family 'tree'; there are decision_tree_classifier, .*, network_regressor"
    ):
        family_of("tree")


def test_bytes_of_no_family_and_too_many_bytes_are_refused() -> None:
    with pytest.raises(DecodeError, match="starts with 80049500, which no family does"):
        decode(b"\x80\x04\x95\x00 a pickle")
    for refuse in (decode, family_of("pca").decode):
        with pytest.raises(DecodeError, match=f"{ARTIFACT_BYTES + 1} bytes, more than {ARTIFACT_BYTES}"):
            refuse(b"PEP\x01".ljust(ARTIFACT_BYTES + 1, b"\0"))


def test_a_specification_says_artifact_parameters_and_agreement() -> None:
    assert family_of("ridge").specification == (
        b"ridge: artifact PLL\x01; penalty 1 to 1099511627776 / 2^16; "
        b"a value at most (features + 1) / 2^25 + 2^-16 away"
    )
    assert len({family.specification for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize("heavy", ["numpy", "sklearn", "joblib", "chain", "pickle"])
def test_decoding_and_predicting_are_light(heavy: str) -> None:
    script = (
        "import sys\nfrom pallets.learning.estimators import families, artifact_kinds\n"
        "model = families.decode(bytes.fromhex('50454b01' + '01000100' + '07000000'))\n"
        f"artifact_kinds.predictions(model, [(5,)])\nprint({heavy!r} in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_without_the_extra_training_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pallets.learning.estimators.linear_fitting", None)
    with pytest.raises(LearningExtraMissing, match=r"pip install 'palletlab\[learning\]'"):
        family_of("ridge").train([[1], [2]], [0, 5])
