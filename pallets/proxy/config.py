"""What a runtime supplies to the Proxy pallet."""

from __future__ import annotations

from typing import Annotated

from chain.primitives import U32, Balance
from pallets.frame.deposit import DepositCurrency
from pallets.frame.pallet import config
from pallets.frame.position import BlockNumberProvider, ExtrinsicCounter
from pallets.frame.traits import Dispatcher
from pallets.frame.weight_info import WeightInfo
from pallets.proxy.kind import ProxyKind
from pallets.proxy.weights import WEIGHTS


@config
class Config:
    """What the runtime supplies."""

    currency: DepositCurrency
    dispatcher: Dispatcher
    system: ExtrinsicCounter
    block_number_provider: BlockNumberProvider
    proxy_type: type[ProxyKind]
    proxy_deposit_base: Balance  # reserved of who has delegates
    proxy_deposit_factor: Balance  # and for each of them
    max_proxies: U32 = 32
    max_pending: U32 = 32
    announcement_deposit_base: Balance  # reserved of who has announced calls
    announcement_deposit_factor: Balance  # and for each of them
    weights: WeightInfo = WEIGHTS


ProxyType = Annotated[ProxyKind, Config.proxy_type]
"""A kind of proxy that the runtime knows."""
