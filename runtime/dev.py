"""THE runtime: the pallets of this repository, composed as the solochain template composes Substrate's.

`DevRuntime` is bound to one state; `dev_genesis` is a block zero with the well-known development accounts. A node
around it is in `runtime.devnet`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from chain.crypto import development
from chain.crypto.derived import pallet_account
from chain.node.signature_cache import SignatureCache
from chain.primitives import AccountId, Balance, Hash
from chain.record import record
from chain.runtime_api import RuntimeVersion
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import (
    assets,
    balances,
    data_registry,
    disputes,
    federated_round,
    governance,
    inference,
    ml_registry,
    multisig,
    privacy_budget,
    proxy,
    proxy_exchange,
    staking,
    sudo,
    system,
    template,
    timestamp,
    transaction_payment,
    utility,
)
from pallets.disputes.computations.kinds import LearningKinds
from pallets.system import BlockWeights
from runtime.apis import Token, standard_apis
from runtime.construct import GenesisPreset, Runtime
from runtime.extensions.standard import standard_extensions
from runtime.genesis import build_genesis
from runtime.proxy_type import ProxyType
from runtime.rebound import Rebound

DEVELOPMENT, LOCAL_TESTNET = "development", "local_testnet"
"""Presets that every chain has (sp_genesis_builder)."""

UNIT: Balance = 10**12
"""One token in planck."""

TOKEN = Token("UNIT", 12)
"""What wallets call it."""

EXISTENTIAL_DEPOSIT: Balance = 10**9
"""A thousandth of a token (solochain template)."""

ITEM_DEPOSIT, BYTE_DEPOSIT = UNIT // 10, UNIT // 1000
"""Reserved for each entry that an account has the chain keep, and for each byte of it."""

TREASURY = pallet_account(b"py/trsry")
"""Where slashed stake goes; no key controls it."""

SLOT_DURATION_MS = 6000
"""Milliseconds between blocks."""

GENESIS_TIME_MS = 1_700_000_000_000
"""When the devnet's clock starts: a fixed moment, so that a chain depends on its inputs alone."""

VERSION = RuntimeVersion(
    spec_name="palletlab",
    impl_name="palletlab",
    authoring_version=1,
    spec_version=100,
    impl_version=1,
    apis=standard_apis(),
    transaction_version=1,
    state_version=1,
)

WEIGHTS = BlockWeights.with_sensible_defaults()


class DevRuntime(Runtime):
    """All pallets, with the solochain template's indices for those that it has."""

    token: ClassVar[Token | None] = TOKEN

    told_version: ClassVar[RuntimeVersion] = VERSION
    """What it says that it is."""

    @classmethod
    def genesis_presets(cls) -> Mapping[str, GenesisPreset]:
        return {DEVELOPMENT: dev_genesis, LOCAL_TESTNET: local_genesis}

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.system = system.System(self, system.Config(version=self.told_version, block_weights=WEIGHTS), index=0)
        self.timestamp = timestamp.Timestamp(
            self,
            timestamp.Config(minimum_period=SLOT_DURATION_MS // 2, listener=self._time_listener()),
            index=1,
        )
        self._consensus_pallets()
        self.balances = balances.Balances(
            self,
            balances.Config(account_store=self.system, existential_deposit=EXISTENTIAL_DEPOSIT),
            index=4,
        )
        self.transaction_payment = transaction_payment.TransactionPayment(
            self, transaction_payment.Config(currency=self.balances, block_weights=WEIGHTS), index=5
        )
        self.sudo = sudo.Sudo(self, sudo.Config(dispatcher=self), index=6)
        self.template = template.Template(self, template.Config(), index=7)
        self._learning_pallets()
        self._nesting_pallets()
        self.assets = assets.Assets(
            self,
            assets.Config(
                currency=self.balances,
                account_store=self.system,
                asset_deposit=UNIT,
                asset_account_deposit=deposit(1, 16),
                metadata_deposit_base=deposit(1, 68),
                metadata_deposit_per_byte=BYTE_DEPOSIT,
                approval_deposit=EXISTENTIAL_DEPOSIT,
            ),
            index=27,
        )
        self.extensions = standard_extensions(self.system, self.transaction_payment, self.metadata_hash)

    def _time_listener(self) -> timestamp.TimestampListener | None:
        """Who is told the time of each block."""
        return None

    def _consensus_pallets(self) -> None:
        """Anybody makes blocks; `runtime.validated` has those who take turns."""

    def _learning_pallets(self) -> None:
        """What this chain adds to the solochain template."""
        self.ml_registry = ml_registry.MlRegistry(self, ml_registry.Config(currency=self.balances), index=20)
        self.staking = staking.Staking(
            self, staking.Config(currency=self.balances, slash_destination=TREASURY, minimum_bond=UNIT), index=21
        )
        self.governance = governance.Governance(
            self, governance.Config(currency=self.balances, dispatcher=self, deposit=UNIT), index=22
        )
        self._data_pallets()
        self._round_pallets()
        self.inference = inference.Inference(
            self,
            inference.Config(
                currency=self.balances,
                models=self.ml_registry,
                deposit_base=deposit(2, 100),
                deposit_per_byte=BYTE_DEPOSIT,
                root_deposit=10 * UNIT,
            ),
            index=34,
        )

    def _data_pallets(self) -> None:
        """What data there are, who may use them, and what may be learnt of them."""
        self.data_registry = data_registry.DataRegistry(
            self,
            data_registry.Config(
                currency=self.balances,
                stakes=self.staking,
                beacon=federated_round.BlockHashBeacon(self.system),
                slash_destination=TREASURY,
                erasures=_Rounds(self),
                device_deposit=deposit(2, 200),
                data_set_deposit=100 * UNIT,
                permit_deposit=deposit(1, 90),
                check_fee=UNIT,
                challenge_bond=10 * UNIT,
                minimum_stake=10 * UNIT,
            ),
            index=28,
        )
        self.privacy_budget = privacy_budget.PrivacyBudget(
            self, privacy_budget.Config(owners=self.data_registry), index=31
        )

    def _round_pallets(self) -> None:
        """Learning together, with an aggregator or without one, and disputes about what came of it."""
        beacon = federated_round.BlockHashBeacon(self.system)
        self.disputes = disputes.Disputes(
            self,
            disputes.Config(
                currency=self.balances,
                stakes=self.staking,
                kinds=LearningKinds(),
                slash_destination=TREASURY,
                bond=10 * UNIT,
                minimum_stake=10 * UNIT,
            ),
            index=32,
        )
        self.federated_round = federated_round.FederatedRound(
            self,
            federated_round.Config(
                currency=self.balances,
                stakes=self.staking,
                models=self.ml_registry,
                beacon=beacon,
                permits=self.data_registry,
                budgets=self.privacy_budget,
                disputes=self.disputes,
                lender=self.data_registry,
            ),
            index=23,
        )
        self.proxy_exchange = proxy_exchange.ProxyExchange(
            self,
            proxy_exchange.Config(
                currency=self.balances,
                beacon=beacon,
                permits=self.data_registry,
                budgets=self.privacy_budget,
                deposit=10 * UNIT,
            ),
            index=33,
        )

    def _nesting_pallets(self) -> None:
        """Calls of calls: many at once, of several accounts, for another account."""
        self.utility = utility.Utility(self, utility.Config(dispatcher=self), index=24)
        self.multisig = multisig.Multisig(
            self,
            multisig.Config(
                currency=self.balances,
                dispatcher=self,
                system=self.system,
                block_number_provider=self.system,
                deposit_base=deposit(1, 88),
                deposit_factor=deposit(0, 32),
            ),
            index=25,
        )
        self.proxy = proxy.Proxy(
            self,
            proxy.Config(
                currency=self.balances,
                dispatcher=self,
                system=self.system,
                block_number_provider=self.system,
                proxy_type=ProxyType,
                proxy_deposit_base=deposit(1, 8),
                proxy_deposit_factor=deposit(0, 33),
                announcement_deposit_base=deposit(1, 8),
                announcement_deposit_factor=deposit(0, 66),
            ),
            index=26,
        )


@record
class _Rounds:
    """Tells who learns from data what was erased: they are composed after the registry that they ask for permits."""

    runtime: DevRuntime

    def data_erased(self, commitment: Hash) -> None:
        self.runtime.federated_round.data_erased(commitment)
        self.runtime.proxy_exchange.data_erased(commitment)

    def may_register(self, commitment: Hash, owner: AccountId) -> bool:
        rounds, exchanges = self.runtime.federated_round, self.runtime.proxy_exchange
        return rounds.may_register(commitment, owner) and exchanges.may_register(commitment, owner)


def deposit(items: int, size: int) -> Balance:
    """What is reserved for so many entries of so many bytes together."""
    return items * ITEM_DEPOSIT + size * BYTE_DEPOSIT


def dev_genesis(endowment: Balance = 1_000_000 * UNIT) -> dict[str, Any]:
    """Genesis records by pallet: every development account endowed, Alice with sudo."""
    accounts = [development.account(name) for name in development.NAMES]
    return {
        "Balances": balances.Genesis(balances=tuple((account, endowment) for account in accounts)),
        "Sudo": sudo.Genesis(key=development.account("Alice")),
    }


def local_genesis() -> dict[str, Any]:
    """Genesis records of a test network: every development account and its stash endowed, as in the template."""
    endowed = [development.account(name + path) for path in ("", "//stash") for name in development.NAMES]
    return {
        "Balances": balances.Genesis(balances=tuple((account, 1 << 60) for account in endowed)),
        "Sudo": sudo.Genesis(key=development.account("Alice")),
    }


def runtime_factory(signatures: SignatureCache | None = None) -> Callable[[Overlay], DevRuntime]:
    """Makes runtimes over states that share what they know of signatures."""
    known = SignatureCache() if signatures is None else signatures
    return Rebound(partial(DevRuntime, signatures=known))


def genesis_state(genesis: Mapping[str, Any] | None = None, *, with_code: bool = False) -> Trie:
    """The state of block zero.

    with_code: whether `:code` is in it, which clients and forks ask for, and which takes a second to make
    """
    state = build_genesis(DevRuntime, dev_genesis() if genesis is None else genesis, VERSION.state_version)
    if not with_code:
        return state
    from runtime import static_code  # with the metadata, which most processes never ask for

    return static_code.with_code(state, DevRuntime)
