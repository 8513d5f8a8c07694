"""A runtime with what on-chain inference touches, and models of few trees."""

from __future__ import annotations

from collections.abc import Sequence

from chain.primitives import AccountId, Hash
from chain.state.overlay import Overlay
from pallets import balances, inference, ml_registry
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import MockRuntime, assert_ok, events_of
from pallets.inference import Answer, Bound, Inference, Predicted, Quote
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.forest_codec import encode_forest
from pallets.ml_registry import FOREST_MERGE, AlgorithmId, Contributor, artifact_of

MINIMUM_BALANCE = 10
ENDOWMENT = 10**9
BASE, PER_BYTE, ROOT_DEPOSIT = 100, 3, 5_000
CHUNK, MOST = 64, 2**16


def account(name: str) -> AccountId:
    """An account of that name."""
    return AccountId(name.encode().ljust(32, b"."))


OWNER, HOLDER, PLACER, OTHER, ASKER = (account(each) for each in ("owner", "holder", "placer", "other", "asker"))
EVERYBODY = (OWNER, HOLDER, PLACER, OTHER, ASKER)

STUMP = Tree(bytes([1, LEAF, LEAF]), (40, 2, 0))
"""Class 2 where the second feature is at most 40, else class 0."""

FOREST = Forest(
    ForestKind.CLASSIFIER,
    features=3,
    classes=3,
    fractional_bits=0,
    trees=(STUMP, Tree(bytes([0, 2, LEAF, LEAF, LEAF]), (500, 7, 2, 1, 0)), Tree(bytes([LEAF]), (1,)), *[STUMP] * 20),
)
ROW = [0, 40, 8]


class InferenceRuntime(MockRuntime):
    """System, Balances, MlRegistry and Inference."""

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage)
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=MINIMUM_BALANCE), index=4
        )
        self.ml_registry = ml_registry.MlRegistry(self, ml_registry.Config(currency=self.balances), index=20)
        self.inference = Inference(
            self,
            inference.Config(
                currency=self.balances,
                models=self.ml_registry,
                deposit_base=BASE,
                deposit_per_byte=PER_BYTE,
                root_deposit=ROOT_DEPOSIT,
                max_bytes=MOST,
                max_trees=120,
                chunk_bytes=CHUNK,
                max_rows=8,
                upload_blocks=20,
            ),
            index=34,
        )


def new_runtime() -> InferenceRuntime:
    """Block 1: everybody is endowed, no model is there."""
    runtime = InferenceRuntime()
    runtime.balances.build_genesis(balances.Genesis(balances=tuple((who, ENDOWMENT) for who in EVERYBODY)))
    runtime.ml_registry.build_genesis(ml_registry.Genesis())
    return runtime


def do(runtime: InferenceRuntime, who: AccountId, call: RuntimeCall) -> None:
    """A call that must succeed."""
    assert_ok(runtime, Signed(who), call)


def publish(
    runtime: InferenceRuntime,
    data: bytes,
    algorithm: AlgorithmId = FOREST_MERGE,
    contributors: tuple[Contributor, ...] = (),
) -> Hash:
    """A version of a new model of the owner's."""
    registry = runtime.ml_registry
    created = call_of(
        registry.create_model, name=b"m", algorithm=algorithm, licence=b"CC0-1.0", description=Hash(bytes(32))
    )
    do(runtime, OWNER, created)
    return registry.publish(registry.model_count.get() - 1, artifact_of(data), None, 0, contributors)


def placed(runtime: InferenceRuntime, data: bytes | None = None, algorithm: AlgorithmId = FOREST_MERGE) -> Hash:
    """A version that the placer has brought on chain."""
    artifact = encode_forest(FOREST) if data is None else data
    version = publish(runtime, artifact, algorithm)
    do(runtime, PLACER, call_of(runtime.inference.place, version=version, artifact=artifact))
    return version


def quoted(runtime: InferenceRuntime, version: Hash, rows: int) -> Quote:
    """What the chain says that a prediction needs."""
    found = runtime.inference.quote_of(version, rows)
    assert found is not None
    return found


def ask_call(
    runtime: InferenceRuntime, version: Hash, rows: Sequence[Sequence[int]], bound: Bound | None = None
) -> RuntimeCall:
    """A question within what is quoted for it."""
    quote = quoted(runtime, version, len(rows))
    listed = [list(row) for row in rows]
    predict = runtime.inference.predict
    return call_of(predict, version=version, rows=listed, bound=bound or quote.bound, most_fee=quote.fee)


def ask(runtime: InferenceRuntime, version: Hash, rows: Sequence[Sequence[int]]) -> list[Answer]:
    """What a version says in its event."""
    do(runtime, ASKER, ask_call(runtime, version, rows))
    return events_of(runtime, Predicted)[-1].answers


def held(runtime: InferenceRuntime, who: AccountId) -> int:
    """All that is on hold in an account."""
    return runtime.balances.total_balance_on_hold(who)
