"""Predictions of models that are on chain: integers only, within a weight that is known beforehand."""

from __future__ import annotations

from chain.primitives import U32, Balance, Hash
from pallets.frame.arithmetic import ensure_mul
from pallets.frame.call import call
from pallets.frame.error import ArithmeticProblem, ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.view import view_function
from pallets.frame.weight import PostDispatchInfo, db
from pallets.inference.errors import (
    BoundTooSmall,
    FeeTooHigh,
    NoRows,
    NotOwner,
    NotPlaced,
    VersionWithdrawn,
    WrongRowLength,
)
from pallets.inference.events import Answers, FeeSet, Predicted
from pallets.inference.storage import InferenceStorage, Rows
from pallets.inference.types import Answer, Bound, Placement, Quote
from pallets.inference.weights import prediction_weight
from pallets.ml_registry.types import ModelId


class Asking(InferenceStorage):
    """Models answer."""

    @call(6, weight=db(reads=2, writes=1))
    def set_fee(self, origin: Origin, model: ModelId, fee: Balance) -> None:
        """Say what the owner of a model takes for each row that one of its versions is asked about."""
        who = ensure_signed(origin)
        ensure(self.config.models.model(model).owner == who, NotOwner)
        if fee:
            self.fees.insert(model, fee)
        else:
            self.fees.remove(model)
        self.deposit_event(FeeSet(model, fee))

    @call(7, weight=prediction_weight)
    def predict(self, origin: Origin, version: Hash, rows: Rows, bound: Bound, most_fee: Balance) -> PostDispatchInfo:
        """Ask a version about rows; the answers are the event's, the fee goes to who owns the version.

        bound: what the call is weighed by; what the model does not need of it is given back
        most_fee: what the caller pays the owners at most
        """
        who = ensure_signed(origin)
        placement = self.placement(version)
        ensure(not self.config.models.is_withdrawn(version), VersionWithdrawn)
        quote = self._quote(version, placement, len(rows))
        ensure(quote.bound.is_within(bound), BoundTooSmall)
        ensure(quote.fee <= most_fee, FeeTooHigh)
        answers = self.answers(version, placement, rows)
        if quote.fee:
            self.config.models.receive_fee(who, version, quote.fee)
        self.deposit_event(Predicted(version, who, answers, quote.fee))
        return PostDispatchInfo(prediction_weight(quote.bound))

    # For other pallets

    def answers(self, version: Hash, placement: Placement, rows: Rows) -> list[Answer]:
        """What a version on chain says about rows; raises NoRows, WrongRowLength."""
        from pallets.inference.served import served  # a chain that serves nothing never loads it

        ensure(len(rows) > 0, NoRows)
        ensure(all(len(row) == placement.features for row in rows), WrongRowLength)
        artifact = self.artifacts.get(version)
        if artifact is None:
            raise NotPlaced
        answer = served(placement.format, artifact).answer
        return [answer(row) for row in rows]

    # Questions of clients, answered for nothing; None where the version is not on chain

    @view_function(signature="quote_of(T::Hash, u32) -> Option<Quote<BalanceOf<T>>>")
    def quote_of(self, version: Hash, rows: U32) -> Quote | None:
        """What asking a version about so many rows needs and costs; None, too, where no number is large enough."""
        placement = self.placements.get(version)
        try:
            return None if placement is None else self._quote(version, placement, rows)
        except ArithmeticProblem:
            return None

    @view_function(signature="answers_of(T::Hash, BoundedVec<Row, T::MaxRows>) -> Option<Answers<T>>")
    def answers_of(self, version: Hash, rows: Rows) -> Answers | None:
        """What a version says about rows; None, too, where it was withdrawn, or they are not rows of its shape."""
        placement = self.placements.get(version)
        if placement is None or self.config.models.is_withdrawn(version):
            return None
        if not rows or any(len(row) != placement.features for row in rows):
            return None
        return self.answers(version, placement, rows)

    # Parts

    def _quote(self, version: Hash, placement: Placement, rows: U32) -> Quote:
        fee = self.fees.get(self.config.models.version(version).model)
        bound = Bound(placement.size, placement.trees, placement.depths * rows)
        return Quote(bound, ensure_mul(Balance, fee, rows))
