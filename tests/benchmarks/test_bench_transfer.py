"""Our side of the transfers."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.bench_transfer import Blocks, Verifications, rows
from benchmarks.measure import Run, WorkDiffers
from benchmarks.transfer_chain import TransferChain, executed
from chain.node.signature_cache import SignatureCache
from chain.validity import InvalidBlock


def test_a_block_has_a_transfer_of_every_sender_and_executes_to_its_roots() -> None:
    chain = TransferChain(accounts=40, senders=5)
    for _ in range(2):
        made = chain.next_block()
        signatures = SignatureCache()
        assert executed(made, signatures).root == made.block.header.state_root
        assert signatures.verifications == sum(made.receivers.values()) == 5
        chain.check(made)


def test_a_block_with_another_state_root_is_refused() -> None:
    made = TransferChain(accounts=20, senders=2).next_block()
    header = dataclasses.replace(made.block.header, state_root=made.block.header.extrinsics_root)
    wrong = dataclasses.replace(made, block=dataclasses.replace(made.block, header=header))
    with pytest.raises(InvalidBlock, match="state root"):
        executed(wrong, SignatureCache())


def test_a_missing_transfer_is_found_out() -> None:
    chain = TransferChain(accounts=20, senders=2)
    made = chain.next_block()
    with pytest.raises(WorkDiffers, match="has not got"):
        chain.check(dataclasses.replace(made, receivers=dict.fromkeys(made.receivers, 3)))
    with pytest.raises(WorkDiffers, match="senders paid"):
        chain.check(dataclasses.replace(made, parent_state=made.state, receivers={}))


def test_each_signature_is_verified_once_and_then_known() -> None:
    blocks = Blocks(TransferChain(accounts=20, senders=3))
    assert blocks.with_signatures() > 0
    assert blocks.without_signatures() > 0
    assert (blocks.by_one.verifications, blocks.by_one.hits) == (3, 3)
    assert blocks.with_signatures_on_two_cores() > 0
    assert (blocks.by_two.verifications, blocks.by_two.hits) == (3, 0)
    assert blocks.with_signatures() > 0
    assert (blocks.by_one.verifications, blocks.by_one.hits) == (6, 3)


def test_a_bad_signature_among_the_verifications_is_found_out() -> None:
    verifications = Verifications(TransferChain(accounts=4, senders=2).keys)
    assert verifications.round() > 0
    signature, message, public = verifications.claims[0]
    verifications.claims[0] = (signature, message + b"!", public)
    with pytest.raises(WorkDiffers, match="was refused"):
        verifications.round()


def test_all_rows_stand_beside_one_verification() -> None:
    signed, on_two_cores, unsigned = rows(Run(lambda _phrase: None, is_quick=True))
    assert signed.peer_figure == unsigned.peer_figure
    assert all(row.ratio is not None for row in (signed, on_two_cores, unsigned))
    assert signed.work != on_two_cores.work
