"""The extensions of the solochain template, in its order."""

from __future__ import annotations

from pallets.system import System
from pallets.transaction_payment import TransactionPayment
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
from runtime.extensions.weight import CheckWeight


def standard_extensions(system: System, payment: TransactionPayment) -> Pipeline:
    """CheckNonZeroSender, CheckSpecVersion, CheckTxVersion, CheckGenesis, CheckMortality, CheckNonce, CheckWeight,
    ChargeTransactionPayment, CheckMetadataHash."""
    version = system.config.version
    genesis = CheckGenesis(system)
    return Pipeline(
        (
            CheckNonZeroSender(),
            CheckSpecVersion(version),
            CheckTxVersion(version),
            genesis,
            CheckMortality(system, genesis),
            CheckNonce(system),
            CheckWeight(system),
            ChargeTransactionPayment(system, payment),
            CheckMetadataHash(),
        )
    )
