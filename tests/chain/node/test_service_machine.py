"""Two nodes under random submissions, forks and finality: what they say about transactions stays true."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.extrinsic import extrinsic_hash
from chain.node.pool_errors import PoolError
from chain.node.service import Node
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.primitives import AccountId, Hash
from chain.validity import InvalidTransaction
from tests.chain.node.fake_runtime import BROKE, GENESIS, HUGE, SHORT_LIVED, FakeRuntime, FakeRuntimes, encode
from tests.effort import EFFORT

ACCOUNTS = [AccountId(name.ljust(32, b"\0")) for name in (b"a", b"b")]
KEYS = st.sampled_from([1, 2, 3, 4, BROKE, HUGE, SHORT_LIVED])
WHO = st.integers(0, 1)


class Watched(Node[FakeRuntime]):
    """A node with a notebook of what was said last of each transaction."""

    def __init__(self, runtimes: FakeRuntimes) -> None:
        super().__init__(runtimes, GENESIS)
        self.told: dict[Hash, TransactionStatus] = {}
        self.pool.listen(self._hear)

    def _hear(self, change: StatusChange) -> None:
        self.told[change.transaction] = change.status

    def included(self) -> set[Hash]:
        """The transactions of the best chain."""
        blocks = [self.chain.at(number) for number in range(self.best.number + 1)]
        return {extrinsic_hash(entry) for block in blocks if block is not None for entry in block.block.extrinsics}


class NodeMachine(RuleBasedStateMachine):
    """Each node seals anywhere; the other one imports. Their pools differ."""

    def __init__(self) -> None:
        super().__init__()
        self.runtimes = FakeRuntimes()
        self.nodes = [Watched(self.runtimes), Watched(self.runtimes)]
        self.blocks = [self.nodes[0].best.hash]

    @rule(
        to=WHO,
        account=st.sampled_from(ACCOUNTS),
        ahead=st.sampled_from([0, 0, 1, 2]),
        key=KEYS,
        value=st.integers(1, 3),
    )
    def submit(self, to: int, account: AccountId, ahead: int, key: int, value: int) -> None:
        node = self.nodes[to]
        extrinsic = encode(account, node.next_nonce(account) + ahead, key, value)
        try:
            node.submit(extrinsic)
        except (PoolError, InvalidTransaction):
            return

    @rule(by=WHO, account=st.sampled_from(ACCOUNTS), value=st.integers(1, 3))
    def outbid(self, by: int, account: AccountId, value: int) -> None:
        """Submit with the nonce that is due next, whether or not it is taken."""
        node = self.nodes[by]
        extrinsic = encode(account, node.runtime_at().account_nonce(account), key=5, value=value)
        try:
            node.submit(extrinsic)
        except (PoolError, InvalidTransaction):
            return

    @rule(by=WHO)
    def seal(self, by: int) -> None:
        self._seal(by, self.nodes[by].best.hash)

    @rule(by=WHO, data=st.data(), length=st.integers(1, 3))
    def seal_a_fork(self, by: int, data: st.DataObject, length: int) -> None:
        parent = data.draw(st.sampled_from(self.blocks[-5:]))
        for _ in range(length):
            parent = self._seal(by, parent)

    @rule(data=st.data())
    def finalize(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(self.blocks[-5:]))
        for node in self.nodes:
            if target in node.chain and not node.chain.route(node.chain.finalized.hash, target).retracted:
                node.finalize(target)
        self.blocks = [block for block in self.blocks if all(block in node.chain for node in self.nodes)]

    @rule(data=st.data())
    def set_best(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(self.blocks[-5:]))
        for node in self.nodes:
            if target in node.chain:
                node.set_best(target)

    @invariant()
    def what_was_told_of_a_transaction_is_true(self) -> None:
        for node in self.nodes:
            included = node.included()
            for entry, status in node.told.items():
                assert node.pool.is_ready(entry) == (status is TransactionStatus.READY)
                is_waiting = entry in node.pool and not node.pool.is_ready(entry)
                assert is_waiting == (status is TransactionStatus.FUTURE)
                is_included = status in (TransactionStatus.IN_BLOCK, TransactionStatus.FINALIZED)
                assert (entry in included) == is_included

    @invariant()
    def ready_transactions_continue_the_accounts_nonces(self) -> None:
        for node in self.nodes:
            runtime = node.runtime_at()
            offered = [entry.extrinsic for entry in node.pool.ready()]
            for account in ACCOUNTS:
                nonces = [int.from_bytes(entry[32:36], "little") for entry in offered if entry[:32] == account]
                first = runtime.account_nonce(account)
                assert nonces == list(range(first, first + len(nonces)))
                assert node.next_nonce(account) == first + len(nonces)

    @invariant()
    def both_have_the_same_blocks_and_states(self) -> None:
        one, other = self.nodes
        for block in self.blocks:
            assert one.chain[block].state.root == other.chain[block].state.root

    @invariant()
    def no_signature_was_verified_twice(self) -> None:
        assert self.runtimes.signatures.verifications == self.runtimes.signatures.remembered

    def _seal(self, by: int, parent: Hash) -> Hash:
        node, other = self.nodes[by], self.nodes[1 - by]
        if node.chain[parent].number < node.chain.finalized.number:
            return parent
        block = node.seal(parent)
        other.import_block(block)
        if block.hash not in self.blocks:
            self.blocks.append(block.hash)
        return block.hash


TestNodeMachine = NodeMachine.TestCase
TestNodeMachine.settings = settings(max_examples=60 * EFFORT, stateful_step_count=30, deadline=None)
