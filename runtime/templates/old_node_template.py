"""A node template of early 2022, as far as today's pallets hold it: weight had one dimension then.

Its blocks change the same storage to the same values, but for what had another form: events and the weight of the
block (a weight was one u64, a module's error one byte), flags of accounts (there were none), consumers of accounts
(reserved funds were none), the entropy of the block (not yet kept). Balances failed with errors of its own where tokens
now fail with common ones. Left out as well: `System.fill_block` and `set_changes_trie_config`. Its state version is 0,
so its roots need the code itself.
"""

from __future__ import annotations

from typing import ClassVar, Final

from chain.node.signature_cache import SignatureCache
from chain.primitives import FixedU128, Moment, Void
from chain.runtime_api import KeyKind, RuntimeVersion
from chain.state.overlay import Overlay
from pallets import aura, balances, grandpa, sudo, system, template, timestamp, transaction_payment
from pallets.frame.weight import Weight
from pallets.frame.weight_info import formula
from pallets.session.keys import KEY_KINDS
from pallets.system import BlockWeights
from runtime.apis import api_id
from runtime.construct import Runtime
from runtime.extensions.check import CheckGenesis, CheckMortality, CheckNonce, CheckSpecVersion, CheckTxVersion
from runtime.extensions.payment import ChargeTransactionPayment
from runtime.extensions.pipeline import Pipeline
from runtime.extensions.weight import CheckWeight
from runtime.templates import legacy
from runtime.templates.legacy import collective_flip
from runtime.templates.node_template import EXISTENTIAL_DEPOSIT, SLOT_DURATION_MS

APIS: Final = {
    "Core": 3,
    "Metadata": 1,
    "BlockBuilder": 5,
    "TaggedTransactionQueue": 3,
    "OffchainWorkerApi": 2,
    "AuraApi": 1,
    "SessionKeys": 1,
    "GrandpaApi": 3,
    "AccountNonceApi": 1,
    "TransactionPaymentApi": 1,
}

VERSION: Final = RuntimeVersion(
    spec_name="node-template",
    impl_name="node-template",
    authoring_version=1,
    spec_version=100,
    impl_version=1,
    apis=tuple((api_id(name), version) for name, version in APIS.items()),
    transaction_version=1,
    state_version=0,
)

BLOCK_WEIGHTS: Final = BlockWeights.with_sensible_defaults(
    base_block=Weight(5_000_000_000), base_extrinsic=Weight(125_000_000)
)

MULTIPLIER: Final[FixedU128] = 0
"""The runtime had no update of the fee multiplier, which meant zero: weight is free from the second block on."""

SYSTEM_WEIGHTS: Final = system.WEIGHTS.replacing(
    {
        "remark": formula(574_000).per("b", 1_000),
        "remark_with_event": formula().per("b", 2_000),
        "set_heap_pages": formula(1_891_000, writes=1),
        "set_storage": formula().per("i", 848_000, writes=1),
        "kill_storage": formula(308_000).per("i", 559_000, writes=1),
        "kill_prefix": formula(116_229_000).per("p", writes=1),
    }
)
"""As the runtime tells them; of the calls that nobody asked it about they are today's, here and below."""

TIMESTAMP_WEIGHTS: Final = timestamp.WEIGHTS.replacing(
    {"set": formula(10_391_000, reads=2, writes=1), "on_finalize": formula(4_843_000)}
)

BALANCES_WEIGHTS: Final = balances.WEIGHTS.replacing(
    {
        "transfer_allow_death": formula(70_952_000, reads=1, writes=1),
        "transfer_keep_alive": formula(54_410_000, reads=1, writes=1),
        "force_transfer": formula(71_780_000, reads=2, writes=2),
        "transfer_all": formula(66_475_000, reads=1, writes=1),
        "force_unreserve": formula(27_766_000, reads=1, writes=1),
        "force_set_balance_killing": formula(35_214_000, reads=1, writes=1),
    }
)

SUDO_WEIGHTS: Final = sudo.WEIGHTS.replacing(
    {"sudo": formula(10_000), "sudo_as": formula(10_000, reads=1, writes=1), "set_key": formula()}
)


class OldNodeTemplate(Runtime):
    """RandomnessCollectiveFlip and the pallets of `NodeTemplate`."""

    notes_inherents = False
    session_keys: ClassVar[tuple[KeyKind, ...]] = KEY_KINDS

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.system = legacy.System(
            self,
            system.Config(version=VERSION, block_weights=BLOCK_WEIGHTS, weights=SYSTEM_WEIGHTS, length_is_proof=False),
            index=0,
        )
        self.randomness = legacy.RandomnessCollectiveFlip(self, collective_flip.Config(system=self.system), index=1)
        self.timestamp = timestamp.Timestamp(
            self,
            timestamp.Config(minimum_period=SLOT_DURATION_MS // 2, listener=self, weights=TIMESTAMP_WEIGHTS),
            index=2,
        )
        self.aura = aura.Aura(self, aura.Config(system=self.system, slot_duration=SLOT_DURATION_MS), index=3)
        self.grandpa = legacy.Grandpa(self, grandpa.Config(system=self.system, key_owner_proof=Void), index=4)
        self._money()
        self.sudo = legacy.FirstSudo(self, sudo.Config(dispatcher=self, weights=SUDO_WEIGHTS), index=7, name="Sudo")
        self.template = legacy.Template(self, template.Config(), index=8, name="TemplateModule")
        self.extensions = self._extensions()

    def _money(self) -> None:
        """Balances, and what is paid for transactions."""
        self.balances = legacy.FirstBalances(
            self,
            balances.Config(
                account_store=self.system, existential_deposit=EXISTENTIAL_DEPOSIT, weights=BALANCES_WEIGHTS
            ),
            index=5,
            name="Balances",
        )
        self.transaction_payment = transaction_payment.TransactionPayment(
            self,
            transaction_payment.Config(
                currency=self.balances,
                block_weights=BLOCK_WEIGHTS,
                multiplier_update=transaction_payment.ConstantMultiplier(MULTIPLIER),
            ),
            index=6,
        )

    def on_timestamp_set(self, now: Moment) -> None:
        """Aura compares the time with the slot; it comes after Timestamp, which therefore tells the runtime."""
        self.aura.on_timestamp_set(now)

    def _extensions(self) -> Pipeline:
        genesis = CheckGenesis(self.system)
        return Pipeline(
            (
                CheckSpecVersion(VERSION),
                CheckTxVersion(VERSION),
                genesis,
                CheckMortality(self.system, genesis),
                CheckNonce(self.system),
                CheckWeight(self.system),
                ChargeTransactionPayment(self.system, self.transaction_payment),
            )
        )
