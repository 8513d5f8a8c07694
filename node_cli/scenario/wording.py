"""What the chain's enumerations are called in front of a person."""

from __future__ import annotations

from typing import Final

from pallets.federated_round import Outcome, Reason, Role

PLAIN_MEAN: Final = "plain mean"

ROLES: Final = {Role.CLIENT: "trained", Role.AGGREGATOR: "aggregated", Role.VALIDATOR: "validated"}

OUTCOMES: Final = {
    Outcome.PUBLISHED: "published",
    Outcome.BELOW_THRESHOLD: "improved too little",
    Outcome.TOO_FEW_ENROLLED: "too few enrolled",
    Outcome.TOO_FEW_UPDATES: "too few updates",
    Outcome.NO_AGGREGATE: "aggregators disagreed",
    Outcome.TEST_SET_WITHHELD: "test set withheld",
    Outcome.TEST_SET_UNUSABLE: "test set unusable",
    Outcome.NO_VERDICT: "validators disagreed",
    Outcome.NOT_PUBLISHABLE: "refused by the registry",
    Outcome.NO_SEED: "no randomness",
    Outcome.TOO_FEW_SURVIVORS: "too few updates in the sum",
    Outcome.CONTESTED: "no aggregate stands",
}

REASONS: Final = {
    Reason.CONTRIBUTED: ("contributed", "its update made the model better"),
    Reason.AGREED: ("agreed", "its result was the majority's"),
    Reason.NOT_JUDGED: ("not judged", "nobody could judge its update"),
    Reason.NOT_NEEDED: ("not needed", "the round ended before its work was of use"),
    Reason.NO_GAIN: ("no gain", "its update did not make the model better"),
    Reason.BELOW_THRESHOLD: ("below threshold", "all updates together improved the model too little"),
    Reason.NOTHING_AGREED: ("nothing agreed", "no result had a majority"),
    Reason.ABSENT: ("absent", "it did not reveal its work in time"),
    Reason.DISSENTED: ("dissented", "its result was not the majority's"),
    Reason.INVALID: ("invalid", "its update was none"),
    Reason.HARMFUL: ("harmful", "its update alone is worse than a constant answer, and it made the model worse"),
    Reason.UNPAYABLE: ("unpayable", "its account could not receive the payment"),
    Reason.SHARED: ("shared", "its update is hidden in a sum that made the model better: an equal part"),
    Reason.NO_BETTER_ALONE: ("no better alone", "its update alone is no better than a constant answer"),
    Reason.CAPPED: ("capped", "the median client's sample is worth nothing, and nobody is paid more for one"),
    Reason.MENDED: ("mended", "it challenged a false aggregate and put the true one in its place"),
}
"""A word and a sentence for each."""
