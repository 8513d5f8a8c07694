"""The JSON of an outcome has a fixed shape, of types that survive the way through a file."""

from __future__ import annotations

import json
from typing import Any

from node_cli.scenario.as_json import as_json
from node_cli.scenario.telling import Run
from tests.node_cli.report.outcomes import LIAR, outcome

TEXT, NUMBER, FIGURE, YES_OR_NO = str, int, float, bool

PAYMENT = {
    "name": TEXT,
    "role": TEXT,
    "reason": TEXT,
    "paid": NUMBER,
    "slashed": NUMBER,
    "contribution": (NUMBER, None),
    "metric_alone": (NUMBER, None),
}
ROUND = {
    "number": NUMBER,
    "outcome": TEXT,
    "published": YES_OR_NO,
    "first_block": NUMBER,
    "last_block": NUMBER,
    "metric_before": (NUMBER, None),
    "metric_after": (NUMBER, None),
    "metric_constant": (NUMBER, None),
    "threshold": NUMBER,
    "candidate": (FIGURE, None),
    "shared": (FIGURE, None),
    "model_bytes": NUMBER,
    "model": TEXT,
    "payments": [PAYMENT],
}
BASELINE = {"name": TEXT, "by_round": [FIGURE]}
MODEL = {
    "name": TEXT,
    "title": TEXT,
    "shared": (FIGURE, None),
    "best_alone": {"name": TEXT, "figure": FIGURE},
    "better_than_alone": NUMBER,
    "parties": NUMBER,
    "constant": FIGURE,
    "alone": [BASELINE],
    "pooled": BASELINE,
    "pooled_as_told": (BASELINE, None),
    "by_the_plain_mean": (BASELINE, None),
    "confusion": ({"classes": [TEXT], "shared": [[NUMBER]], "alone": {"name": TEXT, "counts": [[NUMBER]]}}, None),
    "rounds": [ROUND],
    "done_again": [ROUND],
}
ACCOUNT = {
    **dict.fromkeys(("name", "part"), TEXT),
    "honest": YES_OR_NO,
    **dict.fromkeys(("start", "end", "net", "earned", "slashed", "checks", "forfeited", "won"), NUMBER),
    **dict.fromkeys(("fees", "pools", "stake", "reputation"), NUMBER),
    "reasons": dict,
}
CALL = {"call": TEXT, "count": NUMBER, "failed": NUMBER, "ref_time": NUMBER, "bytes": NUMBER, "fee": NUMBER}
SCHEMA = {
    "format": TEXT,
    "version": NUMBER,
    "scenario": TEXT,
    "title": TEXT,
    "seed": NUMBER,
    "split": [TEXT],
    "measure": {"name": TEXT, "unit": TEXT, "higher_is_better": YES_OR_NO},
    "models": [MODEL],
    "accounts": [ACCOUNT],
    "treasury": NUMBER,
    "referendum": {
        "threshold_before": NUMBER,
        "threshold_after": NUMBER,
        "ayes": NUMBER,
        "nays": NUMBER,
        "enacted_in_block": NUMBER,
    },
    "acts": dict,
    "on_chain": {
        "blocks": NUMBER,
        "ref_time": NUMBER,
        "bytes": NUMBER,
        "fullest_block": FIGURE,
        "fees": NUMBER,
        "calls": [CALL],
    },
    "off_chain": [
        {
            "name": TEXT,
            "runs": NUMBER,
            "failures": NUMBER,
            "host_calls": NUMBER,
            "cpu_seconds": FIGURE,
            "bytes_stored": NUMBER,
            "bytes_fetched": NUMBER,
            "transactions": NUMBER,
        }
    ],
    "timeline": [{"title": TEXT, "first_block": NUMBER, "last_block": NUMBER}],
    "genesis": TEXT,
    "head": {"number": NUMBER, "hash": TEXT, "state_root": TEXT},
    "seconds": FIGURE,
}


def complaints(value: Any, schema: Any, place: str = "result") -> list[str]:
    """Where a value is not of its schema."""
    if isinstance(schema, dict):
        if not isinstance(value, dict) or value.keys() != schema.keys():
            return [f"{place} has {sorted(value) if isinstance(value, dict) else value}, not {sorted(schema)}"]
        return [each for key in schema for each in complaints(value[key], schema[key], f"{place}.{key}")]
    if isinstance(schema, list):
        if not isinstance(value, list):
            return [f"{place} is {value}, no list"]
        found = (complaints(each, schema[0], f"{place}[{index}]") for index, each in enumerate(value))
        return [each for some in found for each in some]
    if isinstance(schema, tuple):
        return [] if value is None else complaints(value, schema[0], place)
    return [] if type(value) is schema else [f"{place} is {value!r}, no {schema.__name__}"]


def test_a_play_has_the_shape(played: Run) -> None:
    assert complaints(as_json(played.outcome), SCHEMA) == []


def test_an_outcome_without_a_published_model_has_the_shape() -> None:
    assert complaints(as_json(outcome()), SCHEMA) == []


def test_an_act_has_its_tables_as_objects_and_its_facts() -> None:
    assert as_json(outcome())["acts"] == {
        "barometer": {
            "question": "Who broke the <barometer>?",
            "sentences": ["Nobody & everybody."],
            "tables": [
                {
                    "caption": "How it went",
                    "rows": [
                        {"block": "3", "who": LIAR, "what": "fell"},
                        {"block": "4", "who": "Beta", "what": "saw"},
                    ],
                }
            ],
            "broken": True,
            "blocks": [3, 4],
        }
    }


def test_it_survives_the_way_through_a_file(played: Run) -> None:
    found = as_json(played.outcome)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_no_number_loses_digits_where_numbers_are_doubles(played: Run) -> None:
    def numbers(value: Any) -> list[int]:
        if isinstance(value, dict | list):
            inside = value.values() if isinstance(value, dict) else value
            return [number for each in inside for number in numbers(each)]
        return [value] if type(value) is int else []

    assert max(map(abs, numbers(as_json(played.outcome)))) < 2**53


def test_the_head_is_the_chains(played: Run) -> None:
    best = played.stage.node.best
    assert as_json(played.outcome)["head"] == {
        "number": best.number,
        "hash": f"0x{best.hash.hex()}",
        "state_root": f"0x{best.header.state_root.hex()}",
    }
