"""A chain with one forest on it, that answers the whole call of a prediction: checks, comparisons, event."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measure import WorkDiffers
from chain.crypto import development
from chain.primitives import Hash
from chain.state.overlay import Overlay
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import events_of
from pallets.inference import Predicted, Voted
from pallets.learning.forest import Forest
from pallets.learning.forest_codec import encode_forest
from pallets.ml_registry import FOREST_MERGE, artifact_of
from runtime.dev import DevRuntime, genesis_state, runtime_factory


class ForestChain:
    """The development runtime, within a block, with a version of one forest placed."""

    def __init__(self, forest: Forest) -> None:
        self._runtime: DevRuntime = runtime_factory()(Overlay(genesis_state()))
        self._runtime.system.number.put(1)  # no events are kept in block 0
        self._asker = Signed(development.account("Alice"))
        registry, artifact = self._runtime.ml_registry, encode_forest(forest)
        unsaid = Hash(bytes(32))
        self._do(call_of(registry.create_model, name=b"m", algorithm=FOREST_MERGE, licence=b"", description=unsaid))
        self._version = registry.publish(0, artifact_of(artifact), None, 0, ())
        self._do(call_of(self._runtime.inference.place, version=self._version, artifact=artifact))

    def questions(self, rows: Sequence[Sequence[int]]) -> list[RuntimeCall]:
        """A call for each row."""
        pallet = self._runtime.inference
        quote = pallet.quote_of(self._version, 1)
        if quote is None:
            raise WorkDiffers("the forest is not on chain")
        ask = pallet.predict
        return [call_of(ask, version=self._version, rows=[list(row)], bound=quote.bound, most_fee=0) for row in rows]

    def make(self, questions: Sequence[RuntimeCall]) -> None:
        """Dispatch every call as a block does, and forget what it wrote."""
        runtime, asker = self._runtime, self._asker
        runtime.storage.begin()
        for question in questions:
            runtime.dispatch(question, asker)
        runtime.storage.rollback()

    def told(self, questions: Sequence[RuntimeCall]) -> list[int]:
        """The classes that the events of these calls tell."""
        self._runtime.storage.begin()
        for question in questions:
            self._do(question)
        answers = [answer for event in events_of(self._runtime, Predicted) for answer in event.answers]
        self._runtime.storage.rollback()
        return [answer.label for answer in answers if isinstance(answer, Voted)]

    def _do(self, call: RuntimeCall) -> None:
        self._runtime.dispatch(call, self._asker)
