"""Whatever anybody does, no planck appears or disappears, and every deposit has a way out."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chain.crypto.hashing import twox_128
from chain.primitives import AccountId, Hash
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_storage_noop, run_to_block
from pallets.inference import Bound
from pallets.learning.boosting.model import empty_boosted
from pallets.learning.boosting.model_codec import encode_boosted
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_proof import AuthenticatedForest
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING, TREE_BOOSTING, Contributor
from tests.pallets.inference.mock import (
    ASKER,
    CHUNK,
    ENDOWMENT,
    EVERYBODY,
    FOREST,
    HOLDER,
    OTHER,
    OWNER,
    ROW,
    held,
    new_runtime,
    publish,
)

DATA: Final = (encode_forest(FOREST), encode_boosted(empty_boosted(3)), b"no forest", b"no model")
ALGORITHMS: Final = (FOREST_MERGE, TREE_BOOSTING, FOREST_MERGE, LINEAR_AVERAGING)
PROVER: Final = AuthenticatedForest(FOREST)
ROOTS: Final = (Hash(PROVER.root), Hash(b"f" * 32))
PEOPLE: Final = (OWNER, HOLDER, OTHER)
people = st.sampled_from(PEOPLE)
models = st.sampled_from([0, 0, 0, 0, 1, 2, 3])


def _serves(machine: InferenceMachine) -> bool:
    return any(machine.pallet.placements.iter_keys())


class InferenceMachine(RuleBasedStateMachine):
    """Each rule is somebody's act, or the passing of blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.runtime = new_runtime()
        self.pallet = self.runtime.inference
        owned = (Contributor(HOLDER, 400_000), Contributor(OWNER, 600_000))
        self.versions = [
            publish(self.runtime, data, algorithm, owned if algorithm == FOREST_MERGE else ())
            for data, algorithm in zip(DATA, ALGORITHMS, strict=True)
        ]
        self.runtime.balances.burn_from(OTHER, ENDOWMENT - 700)  # who can pay for few bytes only
        self.issued = self.runtime.balances.issuance()
        self.pot = self.runtime.ml_registry.dividend_pot()

    def attempt(self, who: AccountId, call: RuntimeCall) -> None:
        """A call, which changes nothing where it is refused."""
        with suppress(DispatchError):
            self.runtime.dispatch(call, Signed(who))
            return
        with assert_storage_noop(self.runtime), suppress(DispatchError):
            self.runtime.dispatch(call, Signed(who))

    @rule(who=people, model=models, other=st.sampled_from([None, None, 0, 2]))
    def place(self, who: AccountId, model: int, other: int | None) -> None:
        artifact = DATA[model if other is None else other]
        self.attempt(who, call_of(self.pallet.place, version=self.versions[model], artifact=artifact))

    @precondition(_serves)
    @rule(who=people, model=models)
    def unplace(self, who: AccountId, model: int) -> None:
        self.attempt(who, call_of(self.pallet.unplace, version=self.versions[model]))

    @rule(who=people, model=models, chunks=st.integers(0, 5), wrong=st.sampled_from([0, 0, 0, 1]))
    def upload(self, who: AccountId, model: int, chunks: int, wrong: int) -> None:
        """Begin, or go on, and end where all is there; a chunk may be of another place."""
        version = self.versions[model]
        self.attempt(who, call_of(self.pallet.begin_upload, version=version))
        for _ in range(chunks):
            upload = self.pallet.uploads.get((version, who))
            at = 0 if upload is None else upload.received
            chunk = DATA[model][at - wrong : at + CHUNK - wrong]
            self.attempt(who, call_of(self.pallet.add_chunk, version=version, offset=at, chunk=chunk))
        self.attempt(who, call_of(self.pallet.finish_upload, version=version, size=len(DATA[model])))

    @rule(caller=people, who=people, model=models)
    def abandon(self, caller: AccountId, who: AccountId, model: int) -> None:
        self.attempt(caller, call_of(self.pallet.abandon_upload, version=self.versions[model], who=who))

    @rule(model=models, fee=st.sampled_from([3, 7, 10**5, 0]))
    def set_fee(self, model: int, fee: int) -> None:
        self.attempt(OWNER, call_of(self.pallet.set_fee, model=model, fee=fee))

    @precondition(_serves)
    @rule(who=people, model=models, rows=st.sampled_from([1, 2, 3, 0]), most_fee=st.sampled_from([10**6, 10]))
    def predict(self, who: AccountId, model: int, rows: int, most_fee: int) -> None:
        bound = Bound(10**3, 10**3, 10**3)
        version, asked = self.versions[model], [ROW] * rows
        self.attempt(who, call_of(self.pallet.predict, version=version, rows=asked, bound=bound, most_fee=most_fee))

    @rule(who=st.sampled_from([OWNER, OWNER, OTHER]), model=models, root=st.sampled_from(ROOTS))
    def name_root(self, who: AccountId, model: int, root: Hash) -> None:
        self.attempt(who, call_of(self.pallet.name_root, version=self.versions[model], root=root))

    @rule(who=people, model=models)
    def drop_root(self, who: AccountId, model: int) -> None:
        self.attempt(who, call_of(self.pallet.drop_root, version=self.versions[model]))

    @rule(model=models)
    def check(self, model: int) -> None:
        proof, version = PROVER.prove([ROW]), self.versions[model]
        self.attempt(ASKER, call_of(self.pallet.check_prediction, version=version, rows=[ROW], proof=proof))

    @precondition(lambda self: self.runtime.ml_registry.earnings.contains_key(self.versions[0]))
    @rule(who=st.sampled_from((HOLDER, OWNER)))
    def claim(self, who: AccountId) -> None:
        self.attempt(who, call_of(self.runtime.ml_registry.claim_dividend, version=self.versions[0]))

    @rule(blocks=st.sampled_from([1, 21]))
    def pass_blocks(self, blocks: int) -> None:
        run_to_block(self.runtime, self.pallet.block_number() + blocks)

    @precondition(lambda self: self.pallet.block_number() > 25)
    @rule(model=st.sampled_from([0, 1]))
    def withdraw(self, model: int) -> None:
        withdraw = self.runtime.ml_registry.withdraw_version
        self.attempt(OWNER, call_of(withdraw, version=self.versions[model]))

    @invariant()
    def nothing_appears_and_nothing_disappears(self) -> None:
        balances = self.runtime.balances
        assert balances.issuance() == self.issued
        assert sum(balances.total_balance(who) for who in (*EVERYBODY, self.pot)) == self.issued
        self.runtime.try_state()

    def teardown(self) -> None:
        """Whatever state it is in, everything that is on hold comes back, and no byte stays."""
        for version, who in list(self.pallet.uploads.iter_keys()):
            self.runtime.dispatch(call_of(self.pallet.abandon_upload, version=version, who=who), Signed(who))
        for version, placement in list(self.pallet.placements.iter()):
            assert placement is not None
            self.runtime.dispatch(call_of(self.pallet.unplace, version=version), Signed(placement.placer))
        for version in list(self.pallet.roots.iter_keys()):
            self.runtime.dispatch(call_of(self.pallet.drop_root, version=version), Signed(OWNER))
        for model in range(len(DATA)):
            self.runtime.dispatch(call_of(self.pallet.set_fee, model=model, fee=0), Signed(OWNER))
        self.nothing_appears_and_nothing_disappears()
        assert [held(self.runtime, who) for who in EVERYBODY] == [0] * len(EVERYBODY)
        assert list(self.runtime.storage.committed().items(twox_128(b"Inference"))) == []


InferenceMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestInferenceMachine = InferenceMachine.TestCase
