"""Broadcasting: until a block has the transaction, and nobody is told."""

from __future__ import annotations

import pytest

from chain.extrinsic import extrinsic_hash
from tests.chain.node.fake_runtime import encode
from tests.chain.rpc.served_chain import Client, Refused, ServedChain, led, to_hex


@pytest.fixture
def chain() -> ServedChain:
    return ServedChain()


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def test_a_transaction_enters_the_next_block(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    assert isinstance(client.call("transaction_v1_broadcast", led(transaction)), str)
    assert chain.block().extrinsics == (transaction,)


def test_a_transaction_that_was_dropped_is_handed_in_again(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    client.call("transaction_v1_broadcast", led(transaction))
    chain.node.pool.drop(extrinsic_hash(transaction))
    assert chain.block().extrinsics == ()
    assert chain.block().extrinsics == (transaction,)
    assert chain.block().extrinsics == ()


def test_a_transaction_is_handed_in_again_when_its_block_leaves_the_chain(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    client.call("transaction_v1_broadcast", led(transaction))
    genesis = chain.node.chain.genesis.hash
    chain.block()
    beside = chain.fork(genesis, 1)
    chain.block(beside.hash)
    chain.node.pool.drop(extrinsic_hash(transaction))
    chain.block()
    assert chain.block().extrinsics == (transaction,)


def test_an_invalid_transaction_is_taken_silently_and_may_become_valid(chain: ServedChain, client: Client) -> None:
    settled, waiting = encode(b"\1", 0, 2), encode(b"\1", 0, 3)
    chain.block(None, settled)
    for transaction in (led(waiting), to_hex(b"nonsense"), "0x"):
        assert client.call("transaction_v1_broadcast", transaction) is not None
    chain.fork(chain.node.chain.genesis.hash, 1)
    chain.block(chain.node.chain.hash_of(1))
    assert client.events() == []


def test_a_stopped_broadcast_is_handed_in_no_more(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    operation = client.call("transaction_v1_broadcast", led(transaction))
    chain.node.pool.drop(extrinsic_hash(transaction))
    assert client.call("transaction_v1_stop", operation) is None
    chain.block()
    assert chain.block().extrinsics == ()
    for unknown in (operation, "nonsense"):
        with pytest.raises(Refused, match="Invalid operation id") as refused:
            client.call("transaction_v1_stop", unknown)
        assert refused.value.code == -32602


def test_the_end_of_a_connection_ends_its_broadcasts(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    client.call("transaction_v1_broadcast", led(transaction))
    client.close()
    chain.node.pool.drop(extrinsic_hash(transaction))
    chain.block()
    assert chain.block().extrinsics == ()


def test_a_connection_broadcasts_sixteen_transactions(chain: ServedChain, client: Client) -> None:
    transactions = [led(chain.transaction()) for _ in range(17)]
    operations = [client.call("transaction_v1_broadcast", transaction) for transaction in transactions]
    assert operations[-1] is None
    assert None not in operations[:-1]
    client.call("transaction_v1_stop", operations[0])
    assert client.call("transaction_v1_broadcast", transactions[-1]) not in operations


def test_what_is_not_hexadecimal_is_refused(client: Client) -> None:
    for transaction in ("0x123", "zz", 5, None):
        with pytest.raises(Refused) as refused:
            client.call("transaction_v1_broadcast", transaction)
        assert refused.value.code == -32602
