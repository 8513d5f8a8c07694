"""Extrinsics that nobody signed and that carry nothing for the extensions: inherents, and unsigned transactions.

Of the extensions only CheckWeight has a say in them (its `bare_validate`, `bare_validate_and_prepare`). A pallet lets
its unsigned transactions into the pool by `validate_unsigned`; as in polkadot-sdk, what no pallet has a say in may
still stand in a block, whose author has not taken it from the pool.
"""

from __future__ import annotations

from chain.runtime_api import TransactionSource, ValidTransaction
from chain.validity import Invalid, InvalidTransaction, Unknown, UnknownTransaction
from pallets.frame.error import DispatchError, DispatchFailure
from pallets.frame.origin import NO_ORIGIN
from pallets.frame.weight import DispatchClass
from runtime.checked import CheckedBare
from runtime.extensions.weight import CheckWeight
from runtime.parts import RuntimeParts


def validate_bare(runtime: RuntimeParts, source: TransactionSource, checked: CheckedBare) -> ValidTransaction:
    """What a pool should know; raises TransactionInvalid where the call's pallet does not let it in."""
    pallet = runtime.pallet_of(checked.call)
    if "validate_unsigned" not in pallet.layout.hooks:
        raise UnknownTransaction(Unknown.NO_UNSIGNED_VALIDATOR)
    valid = pallet.validate_unsigned(source, checked.call)
    CheckWeight(runtime.system).check_single(checked.info, checked.length)
    return valid


def apply_bare(runtime: RuntimeParts, checked: CheckedBare) -> DispatchFailure | None:
    """Run the call in nobody's name; raises TransactionInvalid where it may not stand in the block."""
    pallet = runtime.pallet_of(checked.call)
    if "validate_unsigned" in pallet.layout.hooks:
        pallet.pre_dispatch_unsigned(checked.call)
    weight = CheckWeight(runtime.system)
    weight.check_single(checked.info, checked.length)
    weight.take(checked.info, checked.length)
    failure = None
    try:
        post = runtime.dispatch(checked.call, NO_ORIGIN)
    except DispatchError as error:
        if checked.info.dispatch_class is DispatchClass.MANDATORY:
            raise InvalidTransaction(Invalid.BAD_MANDATORY) from error
        failure, post = runtime.failure_of(error), error.post_info
    weight.give_back(checked.info, post)
    runtime.system.note_applied_extrinsic(failure, checked.info, post)
    return failure
