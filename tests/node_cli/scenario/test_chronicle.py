"""The chronicle has every call of every block, with its cost."""

from __future__ import annotations

from node_cli.scenario.chronicle import chronicle_of
from node_cli.scenario.telling import Run
from pallets.system.events import ExtrinsicFailed, ExtrinsicSuccess


def test_every_extrinsic_of_every_block_is_there_once(played: Run) -> None:
    node = played.stage.node
    blocks = list(chronicle_of(node))
    assert [block.number for block in blocks] == list(range(1, node.best.number + 1))
    for block in blocks:
        imported = node.chain.at(block.number)
        assert imported is not None
        assert len(block.calls) == len(imported.block.extrinsics)
        assert block.size == len(imported.block.encoded)
        ends = [event for event in block.events if isinstance(event, ExtrinsicSuccess | ExtrinsicFailed)]
        assert [call.weight for call in block.calls] == [event.dispatch_info.weight for event in ends]
        assert [call.is_successful for call in block.calls] == [isinstance(each, ExtrinsicSuccess) for each in ends]


def test_inherents_are_nobodys_and_free_and_everything_else_is_signed_and_paid(played: Run) -> None:
    for block in chronicle_of(played.stage.node):
        first, *others = block.calls
        assert (first.name, first.signer, first.fee) == ("Timestamp.set", None, 0)
        assert all(call.signer is not None and call.fee > 0 for call in others)


def test_the_calls_of_the_cost_table_are_those_of_the_blocks(played: Run) -> None:
    cost, blocks = played.outcome.chain, list(chronicle_of(played.stage.node))
    calls = [call for block in blocks for call in block.calls]
    assert sum(each.count for each in cost.calls) == len(calls)
    assert sum(each.size for each in cost.calls) == sum(call.size for call in calls)
    assert sum(each.ref_time for each in cost.calls) == sum(call.weight.ref_time for call in calls)
    assert cost.ref_time == sum(block.weight.ref_time for block in blocks)
    assert [each.call for each in cost.calls] == sorted({call.name for call in calls})
    assert 0 < cost.fullest < 1


SCRIPT = {
    "DataRegistry": {"erase_data_set", "permit", "register_device"},
    "FederatedRound": {"close_task", "create_task", "set_purpose", "start_round"},
    "Governance": {"close", "propose", "vote"},
    "MlRegistry": {"create_model"},
    "Staking": {"bond"},
    "Timestamp": {"set"},
}


def test_workers_made_the_transactions_that_the_script_did_not(played: Run) -> None:
    of_script = {f"{pallet}.{name}" for pallet, names in SCRIPT.items() for name in names}
    calls = played.outcome.chain.calls
    done_again = sum(len(lesson.again) for lesson in played.outcome.lessons)  # started by the office's worker
    made = sum(call.count for call in calls if call.call not in of_script) + done_again
    assert made == sum(worker.transactions for worker in played.outcome.workers)
