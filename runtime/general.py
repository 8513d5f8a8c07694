"""General transactions: nobody signed them, and an extension must say who they are from (extrinsic version 5).

Here that is AuthorizeCall alone. Extensions that are about a signer (its nonce, its fee) let such transactions pass;
the others check them as they check all.
"""

from __future__ import annotations

from chain.primitives import AccountId
from chain.record import record
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.validity import Invalid, InvalidTransaction
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.origin import AUTHORIZED
from pallets.frame.weight import U64_MAX, DispatchClass, PostDispatchInfo, Weight
from runtime.checked import CheckedGeneral
from runtime.extensions.authorize import AuthorizeCall
from runtime.extensions.extension import Transaction
from runtime.extensions.pipeline import Pipeline
from runtime.parts import RuntimeParts

_NOBODY = AccountId(bytes(32))
"""Stands for the signer; extensions that would look at it are not asked."""


@record
class _General:
    """A general transaction with the extensions that have a say in it.

    valid, unspent: what the call's authorization said, and the weight that it did not use
    """

    transaction: Transaction
    pipeline: Pipeline
    values: list[object]
    valid: ValidTransaction
    unspent: Weight


def validate_general(runtime: RuntimeParts, source: TransactionSource, checked: CheckedGeneral) -> ValidTransaction:
    """What a pool should know; raises TransactionInvalid: UnknownOrigin where nothing lets the transaction in."""
    general = _prepared(runtime, source, checked)
    found = general.pipeline.check(general.values, general.transaction)
    return combined(general.valid, general.pipeline.validity(general.values, found, general.transaction))


def apply_general(runtime: RuntimeParts, checked: CheckedGeneral) -> DispatchFailure | None:
    """Run the call as authorized; raises TransactionInvalid where it may not stand in the block."""
    general = _prepared(runtime, TransactionSource.IN_BLOCK, checked)
    pipeline, transaction, info = general.pipeline, general.transaction, general.transaction.info
    found = pipeline.check(general.values, transaction)
    carried = pipeline.prepare(general.values, found, transaction)
    failure = None
    try:
        post = runtime.dispatch(transaction.call, AUTHORIZED)
    except DispatchError as error:
        failure, post = runtime.failure_of(error), error.post_info
    used = info.call_weight if post.actual_weight is None else post.actual_weight
    post = PostDispatchInfo(used + info.extension_weight - general.unspent, post.pays_fee)
    post = pipeline.post_dispatch(carried, transaction, post)
    if failure is not None and info.dispatch_class is DispatchClass.MANDATORY:
        raise InvalidTransaction(Invalid.BAD_MANDATORY)
    runtime.system.note_applied_extrinsic(failure, info, post)
    return failure


def _prepared(runtime: RuntimeParts, source: TransactionSource, checked: CheckedGeneral) -> _General:
    extensions = runtime.extensions.extensions
    authorizer = next((each for each in extensions if isinstance(each, AuthorizeCall)), None)
    authorization = None if authorizer is None else authorizer.authorize(checked.call, source)
    asked = [place for place, each in enumerate(extensions) if not each.needs_signer]
    pipeline = Pipeline([extensions[place] for place in asked])
    values = [checked.explicit[place] for place in asked]
    pipeline.implicit(values)  # nobody signed it, but what cannot be known refuses the transaction all the same
    if authorizer is None or authorization is None:
        raise InvalidTransaction(Invalid.UNKNOWN_ORIGIN)
    info = runtime.extensions.info(checked.explicit, checked.call)
    info = info.with_extension_weight(info.extension_weight + authorizer.weight_of(checked.call))
    valid, unspent = authorization
    for each, value in zip(extensions, checked.explicit, strict=True):
        if each.needs_signer:  # it is not asked, and what it was charged for is given back
            unspent = unspent + each.weight_for(value, checked.call)
    return _General(Transaction(_NOBODY, checked.call, info, checked.length), pipeline, values, valid, unspent)


def combined(first: ValidTransaction, second: ValidTransaction) -> ValidTransaction:
    """What a pool should know of a transaction of which two said something (ValidTransaction::combine_with)."""
    return ValidTransaction(
        priority=min(first.priority + second.priority, U64_MAX),
        requires=first.requires + second.requires,
        provides=first.provides + second.provides,
        longevity=min(first.longevity, second.longevity),
        propagate=first.propagate and second.propagate,
    )
