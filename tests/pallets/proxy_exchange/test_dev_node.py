"""An exchange on a real development node, whose members have seen mostly one diagnosis each: all of them gain."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from chain.content.memory import MemoryStore
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.offchain.participant import Participant, seeded_randomness
from pallets import balances
from pallets.federated_round.data import DataSet, LocalData
from pallets.federated_round.noise import NOISELESS
from pallets.federated_round.settings import LinearSettings, encode_settings
from pallets.frame.call import call_of
from pallets.learning.datasets import breast_cancer
from pallets.learning.linear_model import LinearKind, LinearModel, decode_linear, empty_model
from pallets.learning.linear_training import train_linear
from pallets.learning.partition import label_skew
from pallets.learning.quantise import encode_quantiser
from pallets.ml_registry import artifact_of
from pallets.proxy_exchange import Outcome, Phase, Plan
from pallets.proxy_exchange.audit import audit_exchange
from pallets.proxy_exchange.operator import Peer
from runtime.dev import UNIT
from runtime.devnet import dev_node

OWNER, *KEYS = (KeyPair.from_uri(f"//Peer{number}", Scheme.ED25519) for number in range(5))
ROUNDS = 6


def test_members_with_skewed_data_gain_and_the_chain_says_who_heard_whom() -> None:
    task = breast_cancer()
    settings = LinearSettings(encode_quantiser(task.quantiser), classes=2, epochs=10, learning_rate=3 << 16, l2=0)
    cut = 400
    parts = label_skew(list(task.targets[:cut]), len(KEYS), b"diagnoses", Fraction(1, 5), at_least=5)
    data = [DataSet.of([task.rows[row] for row in part], [task.targets[row] for row in part]) for part in parts]
    content = MemoryStore()
    content.put(encode_settings(settings))
    participants = [
        Participant(key, Peer(LocalData(rows, key.account)), randomness=seeded_randomness(blake2_256(key.account)))
        for key, rows in zip(KEYS, data, strict=True)
    ]
    endowed = tuple((key.account, 1_000 * UNIT) for key in (OWNER, *KEYS))
    node = dev_node({"Balances": balances.Genesis(balances=endowed)}, participants, content=content)
    plan = Plan(
        settings=artifact_of(encode_settings(settings)),
        purpose=None,
        noise=NOISELESS,
        share=1 << 15,
        rounds=ROUNDS,
        minimum_members=2,
        join=3,
        push=3,
        acknowledge=3,
    )
    node.submit_call(OWNER, call_of(node.runtime_at().proxy_exchange.open, plan=plan))
    for _ in range(4 * ROUNDS + 10):
        node.seal()
        found = node.runtime_at().proxy_exchange.exchanges.get(0)
        if found is not None and found.phase is Phase.ENDED:
            break
    runtime = node.runtime_at()
    runtime.try_state()
    exchanges = runtime.proxy_exchange
    assert exchanges.exchange(0).outcome is Outcome.COMPLETE
    assert audit_exchange(exchanges, 0, content.get) == []

    def right(model: LinearModel) -> int:
        held = zip(task.rows[cut:], task.targets[cut:], strict=True)
        return sum(model.predict(row) == target for row, target in held)

    start = empty_model(LinearKind.CLASSIFIER, len(task.rows[0]), 2)
    parameters = replace(settings.parameters, epochs=settings.epochs * ROUNDS)
    alone = [right(train_linear(start, rows.rows(), rows.targets, parameters)) for rows in data]
    shown = exchanges.pushed_in(0, ROUNDS - 1)
    proxies = [right(decode_linear(content.get(shown[key.account].cid.decode()))) for key in KEYS]
    assert sum(proxies) > sum(alone), (alone, proxies)
    assert min(proxies) > min(alone), (alone, proxies)
