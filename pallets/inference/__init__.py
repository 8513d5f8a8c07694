"""Predictions on chain: forests that are brought there answer in integers, and proofs show what others say.

Whoever wants a version of a forest to be asked brings the bytes of its artifact and leaves a deposit for each; they
are checked against the registry's root before they serve. A call says beforehand how much it may need, and is weighed
by that: the model's bytes, and the sum of the depths of its trees times the rows. Of a model that is not on chain its
owner names the 32 bytes that path proofs lead to, and answers for them with a deposit.

`types` (records), `config`, `errors`, `events`, `weights`, `storage`; `placing` (models come and go), `asking` (they
answer), `checking` (proofs), `pallet`; `served` (an artifact's bytes made ready, loaded by the first question).

    self.inference = Inference(self, inference.Config(currency=…, models=self.ml_registry, …), index=34)
"""

from pallets.inference.errors import Error
from pallets.inference.events import Event, Placed, Predicted, PredictionProven, Unplaced
from pallets.inference.pallet import Config, Inference
from pallets.inference.types import Answer, Bound, Format, Labelled, Placement, Quote, Value, Voted

__all__ = [
    "Answer",
    "Bound",
    "Config",
    "Error",
    "Event",
    "Format",
    "Inference",
    "Labelled",
    "Placed",
    "Placement",
    "Predicted",
    "PredictionProven",
    "Quote",
    "Unplaced",
    "Value",
    "Voted",
]
