"""A federated round from its opening to its settlement, as data: every client drives the same one.

Values are written so that each client makes its own of them: `{"bytes": hex}` has any length, other hexadecimal text a
fixed one; a number in quotes may need 64 bits or more; `{"type": …, "value": …}` is a variant, without the value where
all of its kind are plain names. Arguments stand in the order of the call, since some clients know no names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from chain.crypto import development, ss58
from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from chain.state.overlay import Overlay
from pallets.federated_round.sealed import Content, commitment_of, content_hash, seal_of
from pallets.federated_round.types import Aggregate, ClientScore, Judged, Stage
from pallets.ml_registry.artifact import Artifact
from runtime.dev import UNIT, DevRuntime, genesis_state, runtime_factory

PLACE: Final = {"task": 0, "number": 0}
CLIENTS, DUTIES = ("Bob", "Charlie"), ("Dave", "Eve")
HOLDERS: Final = {Stage.UPDATE: "clients", Stage.AGGREGATE: "aggregators", Stage.EVALUATION: "validators"}
"""Who commits and reveals what."""


def artifact(content: str) -> Artifact:
    """An artifact of this text."""
    return Artifact(content[-40:].encode(), Hash(blake2_256(content.encode())), len(content))


MODEL: Final = artifact("the new model")
TEST_SET: Final = artifact("test set")


def write_scenario(folder: Path) -> Path:
    """A file with the steps: `block` of calls, each by an account or by all who hold a role; `until` a phase."""
    commitment = commitment_of(_salt("test set"), TEST_SET.root)
    path = folder / "round.json"
    steps = [
        {
            "block": [
                _call(
                    "Alice",
                    "MlRegistry",
                    "register_algorithm",
                    name=_text("mean"),
                    specification=_hash("specification"),
                )
                | {"sudo": True}
            ]
        },
        {"block": [_model(), *(_call(who, "Staking", "bond", amount=_planck(100)) for who in (*CLIENTS, *DUTIES))]},
        {
            "block": [
                _round("Alice", "create_task", model=0, terms=_terms(), pool=_planck(100), test_sets=[_hex(commitment)])
            ]
        },
        {"block": [_round("Alice", "start_round", task=0)]},
        {"block": [*map(_enrolment, CLIENTS + DUTIES)]},
        *_committed_and_revealed(Stage.UPDATE),
        *_committed_and_revealed(Stage.AGGREGATE),
        {"until": "RevealTestSet"},
        {"block": [_round("Alice", "reveal_test_set", **PLACE, test_set=_artifact(TEST_SET), salt=_hash("test set"))]},
        *_committed_and_revealed(Stage.EVALUATION),
        {"until": "Ended"},
    ]
    path.write_text(json.dumps({"model": _hex(MODEL.root), "steps": steps}))
    return path


def _model() -> dict[str, Any]:
    runtime: DevRuntime = runtime_factory()(Overlay(genesis_state()))
    algorithm = runtime.ml_registry.algorithm_count.get()  # the next one
    named = {"name": _text("air"), "algorithm": algorithm, "licence": _text("MIT")}
    return _call("Alice", "MlRegistry", "create_model", **named, description=_hash("description"))


def _terms() -> dict[str, Any]:
    return {
        "settings": _artifact(artifact("settings")),
        "schedule": {"enrol": 3, "train": 4, "aggregate": 4, "evaluate": 4, "reveal": 4, "disclose": 4, "challenge": 0},
        "seats": {"clients": 2, "minimum_clients": 2, "aggregators": 2, "validators": 2},
        "split": {"clients": 70, "aggregators": 10, "validators": 20},
        "penalties": {"fault": 500_000, "absence": 100_000},
        "round_reward": _planck(10),
        "minimum_stake": _planck(10),
        "reward_threshold": 1000,
        "unjudged_share": 50,
        "max_samples": 1000,
        "automatic": False,
        "rule": {"type": "Mean", "value": None},
        "worth": {"type": "ExactShapley", "value": None},
        "payment": {"type": "Capped"},
        "secrecy": {"type": "Open", "value": None},
        "shape": {"type": "Synchronous", "value": None},
        "noise": {"type": "Noiseless", "value": None},
        "unsealed_updates": False,
    }


def _enrolment(who: str) -> dict[str, Any]:
    data = {"root": _hash(f"data of {who}"), "samples": 100} if who in CLIENTS else None
    return _round(who, "enrol", **PLACE, data=data, duties=who in DUTIES)


def _committed_and_revealed(stage: Stage) -> list[dict[str, Any]]:
    """The steps in which all who may have drawn a role commit what they found, and reveal it."""
    name, holders = stage.name.capitalize(), CLIENTS if stage is Stage.UPDATE else DUTIES
    reveals, commits = {}, {}
    for who in holders:
        content, account = _content(stage, who), development.account(who)
        seal = seal_of(0, 0, stage, account, _salt(who), content_hash(stage, content))
        commits[who] = _round(who, "commit", **PLACE, stage={"type": name}, seal=_hex(seal))
        shown = {name.lower(): _value(content), "salt": _hash(who)}
        reveals[who] = _round(who, f"reveal_{name.lower()}", **PLACE, **shown)
    return [
        {"until": f"Commit{name}s"},
        {"role": HOLDERS[stage], "block": commits},
        {"until": f"Reveal{name}s"},
        {"role": HOLDERS[stage], "block": reveals},
    ]


def _content(stage: Stage, who: str) -> Content:
    if stage is Stage.UPDATE:
        return artifact(f"update of {who}")
    if stage is Stage.AGGREGATE:
        return Aggregate(MODEL, ())
    accounts = sorted(map(development.account, CLIENTS))
    return Judged(700_000, 800_000, 500_000, tuple(ClientScore(each, 50_000, 750_000) for each in accounts))


def _value(content: Content) -> dict[str, Any]:
    if isinstance(content, Artifact):
        return _artifact(content)
    if isinstance(content, Aggregate):
        assert content.model is not None
        return {"model": _artifact(content.model), "invalid": [], "state": None, "unsummed": {"bytes": "0x"}}
    assert isinstance(content, Judged)
    scores = [
        {"account": ss58.encode(each.account), "contribution": str(each.contribution), "solo": str(each.solo)}
        for each in content.clients
    ]
    metrics = {name: str(getattr(content, name)) for name in ("before", "after", "constant")}
    return {"type": "Judged", "value": {**metrics, "clients": scores}}


def _call(who: str, pallet: str, call: str, **arguments: object) -> dict[str, Any]:
    return {"who": who, "pallet": pallet, "call": call, "arguments": arguments}


def _round(who: str, call: str, **arguments: object) -> dict[str, Any]:
    return _call(who, "FederatedRound", call, **arguments)


def _artifact(content: Artifact) -> dict[str, Any]:
    return {"cid": {"bytes": _hex(content.cid)}, "root": _hex(content.root), "size": str(content.size)}


def _planck(tokens: int) -> str:
    return str(tokens * UNIT)


def _text(content: str) -> dict[str, str]:
    return {"bytes": _hex(content.encode())}


def _hash(of: str) -> str:
    return _hex(_salt(of))


def _salt(of: str) -> bytes:
    return blake2_256(f"salt of {of}".encode())


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
