"""Utility, Proxy and Multisig at Polkadot's indices, over System and Balances."""

from __future__ import annotations

from chain.extrinsic import Id
from chain.primitives import AccountId
from chain.state.overlay import Overlay
from pallets import balances, multisig, proxy, utility
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.error import PalletError
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet
from pallets.frame.position import BlockNumberProvider
from pallets.frame.testing import MockRuntime, events_of
from pallets.frame.weight import DispatchClass, PostDispatchInfo, Weight

ALICE, BOB, CHARLIE, DAVE, EVE = (AccountId(bytes([seed]) * 32) for seed in (1, 2, 3, 4, 5))


class DevProxyType(proxy.ProxyKind):
    """Polkadot's kinds, as far as these tests need them."""

    ANY = 0
    NON_TRANSFER = 1
    GOVERNANCE = 2
    STAKING = 3

    def admits(self, call: RuntimeCall) -> bool:
        """Transfers are for ANY, remarks for all but STAKING."""
        match self:
            case DevProxyType.ANY:
                return True
            case DevProxyType.NON_TRANSFER:
                return call.target.pallet != "Balances"
            case _:
                return call.target.pallet in ("Utility", "Multisig") or call.target.name == "remark_with_event"

    def is_superset(self, other: proxy.ProxyKind) -> bool:
        """NON_TRANSFER has all but transfers."""
        return super().is_superset(other) or (self is DevProxyType.NON_TRANSFER and other is not DevProxyType.ANY)


class Error(PalletError):
    """Why a call failed."""


class Asked(Error):
    """Because it was asked to."""


class Probe(Pallet[None]):
    """Calls whose weight and end the caller chooses."""

    @call(0, weight=Weight(1000, 10))
    def use(self, origin: Origin, used: Weight | None, fails: bool) -> PostDispatchInfo:
        """Say that so much was used; fail if asked to."""
        post = PostDispatchInfo(used)
        if fails:
            error = Asked()
            error.post_info = post
            raise error
        return post

    @call(1, weight=Weight(7), dispatch_class=DispatchClass.OPERATIONAL)
    def operate(self, origin: Origin) -> None:
        """Something operational."""


class NestedRuntime(MockRuntime):
    """Small deposits, as in polkadot-sdk's own tests."""

    def __init__(self, storage: Overlay | None = None, clock: BlockNumberProvider | None = None) -> None:
        super().__init__(storage)
        clock = clock or self.system
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=1), index=5
        )
        self.probe = Probe(self, None, index=7)
        self.utility = utility.Utility(self, utility.Config(dispatcher=self), index=26)
        self.proxy = proxy.Proxy(
            self,
            proxy.Config(
                currency=self.balances,
                dispatcher=self,
                system=self.system,
                block_number_provider=clock,
                proxy_type=DevProxyType,
                proxy_deposit_base=1,
                proxy_deposit_factor=1,
                max_proxies=4,
                max_pending=2,
                announcement_deposit_base=1,
                announcement_deposit_factor=1,
            ),
            index=29,
        )
        self.multisig = multisig.Multisig(
            self,
            multisig.Config(
                currency=self.balances,
                dispatcher=self,
                system=self.system,
                block_number_provider=clock,
                deposit_base=1,
                deposit_factor=1,
                max_signatories=3,
            ),
            index=30,
        )


def runtime_with(*endowed: tuple[AccountId, int]) -> NestedRuntime:
    """In block 1, with these balances and no events so far."""
    runtime = NestedRuntime()
    runtime.balances.build_genesis(balances.Genesis(balances=endowed))
    runtime.system.reset_events()
    return runtime


def endowed_runtime() -> NestedRuntime:
    """The first four accounts have ten each."""
    return runtime_with(*((who, 10) for who in (ALICE, BOB, CHARLIE, DAVE)))


def transfer(runtime: NestedRuntime, dest: AccountId, value: int) -> RuntimeCall:
    """A transfer that may reap its sender."""
    return call_of(runtime.balances.transfer_allow_death, dest=Id(dest), value=value)


def free(runtime: NestedRuntime, *accounts: AccountId) -> list[int]:
    """Free funds."""
    return [runtime.balances.balance(who) for who in accounts]


def reserved(runtime: NestedRuntime, who: AccountId) -> int:
    """Reserved funds."""
    return runtime.balances.total_balance(who) - runtime.balances.balance(who)


def told(runtime: NestedRuntime, family: type[PalletEvent]) -> list[PalletEvent]:
    """The block's events of one pallet."""
    return events_of(runtime, family)
