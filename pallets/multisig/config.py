"""What a runtime supplies to the Multisig pallet."""

from __future__ import annotations

from chain.primitives import U32, Balance
from pallets.frame.deposit import DepositCurrency
from pallets.frame.pallet import config
from pallets.frame.position import BlockNumberProvider, ExtrinsicCounter
from pallets.frame.traits import Dispatcher
from pallets.frame.weight_info import WeightInfo
from pallets.multisig.weights import WEIGHTS


@config
class Config:
    """What the runtime supplies."""

    currency: DepositCurrency
    dispatcher: Dispatcher
    system: ExtrinsicCounter
    block_number_provider: BlockNumberProvider
    deposit_base: Balance  # reserved for every open operation
    deposit_factor: Balance  # and for each approval that it needs
    max_signatories: U32 = 100
    weights: WeightInfo = WEIGHTS
