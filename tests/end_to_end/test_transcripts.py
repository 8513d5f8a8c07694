"""What clients sent to compiled runtimes of live chains is answered as those answered, byte for byte.

The runtimes are those of `runtime.templates`. Compared is every reply and every notification in its order: values of
storage, events, nonces, fees, validity, versions, inherents, pages of keys, statuses, error codes. Not compared:

- what the other server makes up: the hash of block zero, the roots in headers, `rpc_methods`, texts of errors, the
  result of `author_unwatchExtrinsic` (a boolean at a node), and that it broadcasts without peers;
- the hash of the code, which is no part of the recording, and metadata, whose types have another order
  (`tests.runtime.templates` compares what they say);
- signatures, since they cover the hash of block zero: the same transactions are signed anew;
- of the runtime of 2022 what had another form then: events, the weight in a fee's answer, flags of accounts.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from runtime.templates.node_template import NodeTemplate
from runtime.templates.old_node_template import OldNodeTemplate
from runtime.templates.solochain import Solochain
from tests.end_to_end.node_forms import of_2022
from tests.end_to_end.transcripts import Session, Template, TemplateChain, first_block_ms, recorded
from tests.end_to_end.unified import Names, agree
from tests.vectors import SHARED

CHAINS = {
    "fennel": Template(Solochain, "solochain-template-2025"),
    "mk": Template(NodeTemplate, "node-template-2023"),
    "nt": Template(OldNodeTemplate, "node-template-2022", decimals=15, of_value=of_2022),
}

LEGACY = ("py_connect", "py_submit", "pjs_connect", "pjs_submit")
"""py-substrate-interface and @polkadot/api, one after the other on one chain."""

SESSIONS = [*((chain, LEGACY) for chain in CHAINS), ("fennel", ("papi",)), ("mk", ("papi",))]


@pytest.mark.parametrize(("chain", "sessions"), SESSIONS, ids=lambda each: each if isinstance(each, str) else each[-1])
def test_recorded_sessions_are_answered_as_they_were(chain: str, sessions: tuple[str, ...]) -> None:
    names = [f"{chain}.{session}" for session in sessions]
    served = TemplateChain(CHAINS[chain], first_block_ms(names))
    for name in names:
        Session(served).replay(name)


def test_every_transcript_is_replayed() -> None:
    replayed = {f"{chain}.{session}.jsonl" for chain, sessions in SESSIONS for session in sessions}
    there = {path.name for path in (SHARED / "transcripts").glob("*.jsonl")}
    if not there:
        pytest.skip("the transcripts are not beside this checkout")
    assert replayed == there


def test_an_answer_that_is_changed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "mk.papi"
    messages = json.loads(json.dumps(recorded(name)))
    _events(messages)["value"] += "00"
    monkeypatch.setattr("tests.end_to_end.transcripts.recorded", lambda _name: messages)
    with pytest.raises(AssertionError, match=r"items\[0\].value"):
        Session(TemplateChain(CHAINS["mk"], first_block_ms([name]))).replay(name)


def _events(messages: list[Any]) -> Any:
    """The item with the events of the session's block."""
    for _, message in messages:
        match message:
            case {"params": {"result": {"items": [{"key": key, "value": _} as item]}}} if key.endswith("72c9d7"):
                return item
    raise AssertionError("nobody asked for events")


def test_one_name_stands_for_one_thing() -> None:
    names = Names({})
    agree({"blockHash": "0x01"}, {"blockHash": "0x02"}, names, "event")
    agree(["0x01", 5], ["0x02", 5], names, "both")
    for theirs, ours in (("0x01", "0x03"), ("0x04", "0x02")):
        with pytest.raises(AssertionError):
            agree({"blockHash": theirs}, {"blockHash": ours}, names, "event")
    different: list[tuple[Any, Any]] = [("0x05", "0x06"), (["0x05"], []), ({"a": 1}, {"b": 1})]
    for one, other in different:
        with pytest.raises(AssertionError):
            agree(one, other, names, "value")
