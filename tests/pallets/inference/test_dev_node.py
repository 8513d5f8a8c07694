"""A forest of real data on a development node: brought by signed extrinsics, asked, and asked for nothing by a view."""

from __future__ import annotations

from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.primitives import U16, Balance, Hash
from chain.scale import codec_of, encode
from pallets import balances
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.testing import events_of
from pallets.inference import Bound, Inference, Predicted, PredictionProven, Unplaced, Voted
from pallets.inference.types import Answer
from pallets.inference.weights import COMPARISON
from pallets.learning.datasets import breast_cancer
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_proof import AuthenticatedForest
from pallets.learning.forest_training import train_classifier
from pallets.learning.prediction import Predictor
from pallets.ml_registry import FOREST_MERGE, artifact_of
from pallets.system.events import ExtrinsicFailed, ExtrinsicSuccess
from pallets.transaction_payment.pallet import TransactionFeePaid
from runtime.dev import UNIT
from runtime.devnet import dev_node

OWNER, ASKER = (KeyPair.from_uri(f"//{name}", Scheme.ED25519) for name in ("Owner", "Asker"))
ENDOWMENT: Balance = 1_000 * UNIT
TASK = breast_cancer()
FOREST = train_classifier(TASK.rows[100:], TASK.targets[100:], ForestParameters(trees=20, classes=2), bytes(32))
DATA = encode_forest(FOREST)
ROWS = [list(row) for row in TASK.rows[:10]]


class Devnet:
    """A node, and one beside it that executes its blocks again."""

    def __init__(self) -> None:
        genesis = {"Balances": balances.Genesis(balances=tuple((key.account, ENDOWMENT) for key in (OWNER, ASKER)))}
        self.node, self.beside = dev_node(genesis), dev_node(genesis)

    def do(self, key: KeyPair, call: RuntimeCall) -> None:
        """A block with this call alone, which succeeds and which the other node makes the same of."""
        self.node.submit_call(key, call)
        block = self.node.seal()
        self.beside.import_block(block)
        assert self.beside.best.hash == block.hash
        assert events_of(self.node.runtime_at(), ExtrinsicFailed) == []
        assert len(block.extrinsics) == 2
        self.node.runtime_at().try_state()


def test_a_forest_is_brought_asked_and_taken_away() -> None:
    net = Devnet()
    pallets = net.node.runtime_at()
    inference, registry = pallets.inference, pallets.ml_registry
    text = Hash(bytes(32))
    create = call_of(
        registry.create_model, name=b"cells", algorithm=FOREST_MERGE, licence=b"CC-BY-4.0", description=text
    )
    net.do(OWNER, create)
    publish = call_of(
        registry.publish_version, model=0, artifact=artifact_of(DATA), parent=None, metric=0, contributors=()
    )
    net.do(OWNER, publish)
    version = net.node.runtime_at().ml_registry.latest(0)
    assert version is not None
    net.do(OWNER, call_of(inference.begin_upload, version=version))
    net.do(OWNER, call_of(inference.add_chunk, version=version, offset=0, chunk=DATA))
    net.do(OWNER, call_of(inference.finish_upload, version=version, size=len(DATA)))
    net.do(OWNER, call_of(inference.set_fee, model=0, fee=UNIT))

    quote = net.node.runtime_at().inference.quote_of(version, len(ROWS))
    assert quote is not None
    depths = sum(tree.depth for tree in FOREST.trees)
    assert (quote.bound, quote.fee) == (Bound(len(DATA), 20, depths * len(ROWS)), len(ROWS) * UNIT)
    before = net.node.runtime_at().balances.balance(ASKER.account)
    call = call_of(inference.predict, version=version, rows=ROWS, bound=quote.bound, most_fee=quote.fee)
    net.do(ASKER, call)
    runtime = net.node.runtime_at()
    (predicted,) = events_of(runtime, Predicted)
    off_chain, labels = Predictor(FOREST), TASK.targets[: len(ROWS)]
    assert [off_chain.predict(row) for row in ROWS] == list(labels)
    votes = [max(off_chain.votes(row)) for row in ROWS]
    assert predicted.answers == [Voted(label, most, 20) for label, most in zip(labels, votes, strict=True)]
    (paid,) = events_of(runtime, TransactionFeePaid)
    assert runtime.balances.balance(ASKER.account) == before - paid.actual_fee - len(ROWS) * UNIT

    # what is not needed of a bound is given back: the weight in the event is that of the exact bound
    (_, exact) = events_of(runtime, ExtrinsicSuccess)
    large = Bound(quote.bound.size + 9, 99, quote.bound.comparisons + 10**6)
    net.do(ASKER, call_of(inference.predict, version=version, rows=ROWS, bound=large, most_fee=quote.fee))
    (_, refunded) = events_of(net.node.runtime_at(), ExtrinsicSuccess)
    assert refunded.dispatch_info.weight == exact.dispatch_info.weight
    assert exact.dispatch_info.weight.ref_time > quote.bound.comparisons * COMPARISON

    # a client asks the state by the view's id, and pays nothing
    (view,) = (view for view in Inference.declaration.view_functions if view.name == "answers_of")
    arguments = codec_of(tuple[Hash, list[list[U16]]]).encode((version, ROWS))
    asked = view.identifier("Inference") + encode(bytes, arguments)
    answered = encode(bytes, b"\1" + encode(list[Answer], predicted.answers))  # Some
    assert runtime.call("RuntimeViewFunction_execute_view_function", asked) == b"\0" + answered

    proof = AuthenticatedForest(FOREST).prove(ROWS[:3])
    net.do(OWNER, call_of(inference.unplace, version=version))
    assert events_of(net.node.runtime_at(), Unplaced) == [Unplaced(version)]
    net.do(OWNER, call_of(inference.name_root, version=version, root=Hash(AuthenticatedForest(FOREST).root)))
    net.do(ASKER, call_of(inference.check_prediction, version=version, rows=ROWS[:3], proof=proof))
    (proven,) = events_of(net.node.runtime_at(), PredictionProven)
    assert proven.answers == predicted.answers[:3]
