"""The subject about workers measures what it says, and gives no figure where a worker did not run."""

import pytest

from benchmarks import bench_workers
from benchmarks.measure import Run, WorkDiffers
from chain.offchain.executor import Inline
from chain.offchain.threads import Threads


def test_it_has_a_row_for_the_nodes_thread_and_three_for_fifty_validators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_workers, "TRANSFERS", 2)
    first, second, third, fourth = bench_workers.rows(Run(say=lambda _phrase: None, is_quick=True))
    assert (first.goal.subject, first.goal.bound, first.unit) == ("figure", 1, "ms")
    assert (second.goal.bound, second.work.split()[0]) == (1.33, "2")
    assert second.figure > 0
    assert (third.goal.bound, third.work.split()[0]) == (1.33, "empty")
    assert (fourth.goal.bound, fourth.work.split()[0]) == (1.33, "empty")


def test_where_one_run_is_everybodys_the_first_participant_has_them_all() -> None:
    chain = bench_workers.Chain(3, Inline, blocks=2, transfers=0, runtime=bench_workers.UnlookingRuntime)
    chain.round()
    assert [totals.runs for totals in chain.node.workers.totals.values()] == [2, 0, 0]
    chain.check()
    chain.sealed += 1
    with pytest.raises(WorkDiffers, match="2 runs of 1 workers"):
        chain.check()


@pytest.mark.parametrize("executor", [Inline, Threads])
def test_a_run_that_is_missing_is_noticed(executor: type[Inline] | type[Threads]) -> None:
    chain = bench_workers.Chain(2, executor, blocks=2, transfers=1)
    chain.round()
    chain.sealed += 1
    with pytest.raises(WorkDiffers, match="2 runs of 1 workers, 0 of them failed, for 3 blocks"):
        chain.check()
    chain.node.workers.close()
