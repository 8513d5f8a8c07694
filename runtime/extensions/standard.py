"""The extensions of the solochain template, in its order."""

from __future__ import annotations

from collections.abc import Callable

from chain.primitives import Hash
from pallets.frame.composition import Composition
from pallets.system import System
from pallets.transaction_payment import TransactionPayment
from runtime.extensions.authorize import AuthorizeCall
from runtime.extensions.check import (
    CheckGenesis,
    CheckMetadataHash,
    CheckMortality,
    CheckNonce,
    CheckNonZeroSender,
    CheckSpecVersion,
    CheckTxVersion,
)
from runtime.extensions.payment import ChargeTransactionPayment
from runtime.extensions.pipeline import Pipeline
from runtime.extensions.reclaim import WeightReclaim
from runtime.extensions.weight import CheckWeight


def standard_extensions(
    system: System,
    payment: TransactionPayment,
    metadata_hash: Callable[[], Hash | None] | None = None,
    authorizer: Composition | None = None,
) -> Pipeline:
    """CheckNonZeroSender, CheckSpecVersion, CheckTxVersion, CheckGenesis, CheckMortality, CheckNonce, CheckWeight,
    ChargeTransactionPayment, CheckMetadataHash, WeightReclaim.

    metadata_hash: of the runtime (`Runtime.metadata_hash`); without it no transaction may be signed with that
    authorizer: the runtime, where its pallets let transactions in by `@authorize`: AuthorizeCall stands first then, as
        in templates since stable2506. Wallets of before do not know it, which carries nothing, and warn of it.
    """
    version = system.config.version
    genesis = CheckGenesis(system)
    return Pipeline(
        (
            *(() if authorizer is None else (AuthorizeCall(authorizer),)),
            CheckNonZeroSender(),
            CheckSpecVersion(version),
            CheckTxVersion(version),
            genesis,
            CheckMortality(system, genesis),
            CheckNonce(system),
            CheckWeight(system),
            ChargeTransactionPayment(system, payment),
            CheckMetadataHash(metadata_hash),
            WeightReclaim(system),
        )
    )
