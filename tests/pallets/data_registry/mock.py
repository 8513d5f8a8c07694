"""A runtime with what the registry touches, and the moves of owners, checkers and challengers."""

from __future__ import annotations

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from chain.state.overlay import Overlay
from pallets import balances, data_registry, staking
from pallets.data_registry import DataRegistry, Description, Format, Verdict
from pallets.data_registry.checks import seal_of
from pallets.federated_round.drawing import BlockHashBeacon
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import MockRuntime, assert_ok, run_to_block
from pallets.ml_registry.artifact import artifact_of

MINIMUM_BALANCE = 10
ENDOWMENT = 1_000_000
STAKE = 10_000
SALT = bytes(range(32))
DEPOSIT, FEE, BOND = 5_000, 300, 2_000


def account(name: str) -> AccountId:
    """An account of that name."""
    return AccountId(name.encode().ljust(32, b"."))


OWNER, DOUBTER, USER, TREASURY = account("owner"), account("doubter"), account("user"), account("treasury")
CHECKERS = tuple(account(f"checker {number}") for number in range(1, 7))
EVERYBODY = (OWNER, DOUBTER, USER, TREASURY, *CHECKERS)
PURPOSE = Hash(blake2_256(b"to predict the quality of air"))
SCHEMA = Hash(blake2_256(b"PM2.5, hourly"))


class Erased:
    """Remembers which data were erased."""

    def __init__(self) -> None:
        self.commitments: list[Hash] = []
        self.named: dict[Hash, AccountId] = {}

    def data_erased(self, commitment: Hash) -> None:
        self.commitments.append(commitment)

    def may_register(self, commitment: Hash, owner: AccountId) -> bool:
        return self.named.get(commitment, owner) == owner


class RegistryRuntime(MockRuntime):
    """System, Balances, Staking and DataRegistry."""

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage)
        self.erased = Erased()
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=MINIMUM_BALANCE), index=4
        )
        self.staking = staking.Staking(
            self,
            staking.Config(
                currency=self.balances,
                slash_destination=TREASURY,
                minimum_bond=100,
                unbonding_delay=50,
                max_unlocking=3,
            ),
            index=22,
        )
        self.data_registry = DataRegistry(
            self,
            data_registry.Config(
                currency=self.balances,
                stakes=self.staking,
                beacon=BlockHashBeacon(self.system),
                slash_destination=TREASURY,
                erasures=self.erased,
                device_deposit=700,
                data_set_deposit=DEPOSIT,
                permit_deposit=50,
                check_fee=FEE,
                challenge_bond=BOND,
                minimum_stake=1_000,
                panel_seats=3,
                commit_blocks=5,
                reveal_blocks=4,
                max_checkers=6,
                max_checks=3,
                max_permits=2,
            ),
            index=28,
        )


def new_runtime(checkers: int = 4) -> RegistryRuntime:
    """Block 1: everybody is endowed, all checkers are bonded, and some of them check."""
    runtime = RegistryRuntime()
    runtime.balances.build_genesis(balances.Genesis(balances=tuple((who, ENDOWMENT) for who in EVERYBODY)))
    runtime.staking.build_genesis(staking.Genesis(bonds=tuple((who, STAKE) for who in CHECKERS)))
    for who in CHECKERS[:checkers]:
        assert_ok(runtime, Signed(who), call_of(runtime.data_registry.join_checkers))
    return runtime


def description(data: bytes = b"rows", *, form: Format = Format.OPAQUE, device: Hash | None = None) -> Description:
    """What an owner says of some data."""
    commitment = Hash(blake2_256(SALT + data))
    return Description(artifact_of(data), commitment, SCHEMA, b"CC0-1.0", b"SE", form, device)


class Play:
    """A registry, and everybody's moves in it."""

    def __init__(self, checkers: int = 4) -> None:
        self.runtime = new_runtime(checkers)
        self.registry = self.runtime.data_registry

    def do(self, who: AccountId, call: RuntimeCall) -> None:
        """A call that must succeed."""
        assert_ok(self.runtime, Signed(who), call)

    def wait(self, blocks: int = 1) -> None:
        """Let blocks pass."""
        run_to_block(self.runtime, self.registry.block_number() + blocks)

    def register(self, data: bytes = b"rows") -> int:
        """A new data set of the owner's; its id."""
        self.do(OWNER, call_of(self.registry.register_data_set, description=description(data)))
        return self.registry.data_set_count.get() - 1

    def seal_call(self, data_set: int, who: AccountId, verdict: Verdict) -> RuntimeCall:
        """To commit to a verdict."""
        seal = seal_of(data_set, self.registry.check(data_set).opened, who, SALT, verdict)
        return call_of(self.registry.seal_verdict, data_set=data_set, seal=seal)

    def reveal_call(self, data_set: int, verdict: Verdict) -> RuntimeCall:
        """To open it."""
        return call_of(self.registry.reveal_verdict, data_set=data_set, verdict=verdict, salt=SALT)

    def panel(self, data_set: int) -> tuple[AccountId, ...]:
        """Who was drawn, once blocks have passed."""
        while not self.registry.check(data_set).panel:
            self.wait()
        return self.registry.check(data_set).panel

    def judge(self, data_set: int, *verdicts: Verdict | None) -> tuple[AccountId, ...]:
        """The panel's verdicts in its order (None: absent), until the check is over; the panel."""
        panel = self.panel(data_set)
        for who, verdict in zip(panel, verdicts, strict=True):
            if verdict is not None:
                self.do(who, self.seal_call(data_set, who, verdict))
        while self.registry.check(data_set).phase.name == "COMMIT":
            self.wait()
        for who, verdict in zip(panel, verdicts, strict=True):
            if verdict is not None:
                self.do(who, self.reveal_call(data_set, verdict))
        while self.registry.checks.contains_key(data_set):
            self.wait()
        self.runtime.try_state()
        return panel

    def held(self, who: AccountId) -> int:
        """All that is on hold in an account."""
        return self.runtime.balances.total_balance_on_hold(who)

    def total(self, who: AccountId) -> int:
        """All that an account has."""
        return self.runtime.balances.total_balance(who)
