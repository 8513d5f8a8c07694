"""A round with hidden updates is audited from the chain and what was opened: sums, parts and reasons."""

from __future__ import annotations

import pytest

from node_cli.round_audit.audited import Audit, audited
from node_cli.round_audit.recorded import of_file
from node_cli.round_audit.replaying import runtime_after
from node_cli.round_audit.telling import as_json, print_audit
from pallets.federated_round import Outcome, Reason, Role
from pallets.federated_round.secrecy.reading import summed_groups
from runtime.dev import runtime_factory
from tests.node_cli.round_audit.played import Made, make
from tests.pallets.federated_round.secrecy.test_dev_node import GROUPED


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Seven clients in two sums, one of whom learnt everything the wrong way round."""
    return make(tmp_path_factory.mktemp("hidden"), GROUPED)


@pytest.fixture(scope="module")
def audit(made: Made) -> Audit:
    return audited(of_file(made.export, runtime_factory()), 0, 0, made.store().get)


def test_the_round_fits_and_its_sums_are_told(audit: Audit) -> None:
    assert audit.findings == ()
    assert audit.outcome is Outcome.PUBLISHED
    assert audit.sums is not None
    assert sorted(audit.sums) == [3, 4]
    assert as_json(audit)["sums"] == list(audit.sums)


def test_everybody_in_a_sum_is_shown_its_worth_and_its_reason(audit: Audit, capsys: pytest.CaptureFixture[str]) -> None:
    clients = [each for each in audit.payouts if each.settlement.role is Role.CLIENT]
    assert len(clients) == 7
    assert all(each.score is not None for each in clients)
    assert {each.settlement.reason for each in clients} <= {Reason.SHARED, Reason.NO_GAIN, Reason.NO_BETTER_ALONE}
    print_audit(audit)
    shown = " ".join(capsys.readouterr().out.split())
    told = ", ".join(map(str, audit.sums or ()))
    assert f"Updates are hidden in sums of {told} clients; worth is of the sum, and paid in it in equal parts." in shown
    assert "an equal part" in shown


def test_a_lost_message_is_named(made: Made) -> None:
    chain, content = of_file(made.export, runtime_factory()), made.store()
    rounds = runtime_after(chain, chain.head).federated_round
    [first, *_] = summed_groups(rounds, (0, 0))
    dealing = rounds.dealings.get((0, 0, first.representative))
    assert dealing is not None
    lost = dealing.cid.decode()

    def get(cid: str) -> bytes:
        return b"" if cid == lost else content.get(cid)

    found = audited(chain, 0, 0, get)
    assert [each.part for each in found.findings] == ["sum"]
