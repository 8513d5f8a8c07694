"""The node that people start is controlled by each door: JSON-RPC, Python over its URL, and the command."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chain.client.errors import RequestRefused
from chain.node.impersonation import Impersonator, flagged
from node_cli.main import main
from runtime.notebook import devnet
from tests.end_to_end.devnets import running_devnet


def answered(capsys: pytest.CaptureFixture[str], url: str, *words: str) -> dict[str, Any]:
    """What `palletlab chain` answers."""
    assert main(["chain", *words, "--url", url, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_what_one_door_began_another_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with running_devnet("--manual", "--unsafe-rpc", "--impersonation") as url, devnet(url) as net:
        before, root = net.head, net.head.header.state_root
        snapshot = answered(capsys, url, "snapshot")["snapshot"]
        net.control.travel(2_000_000_000_000)
        net.rpc("dev_impersonate", net.address(net.keys.Eve))
        net.tx.System.remark(b"").send(Impersonator.of(net.keys.Eve.account))
        [pending] = answered(capsys, url, "pending")["pending"]
        assert pending["signer"] == net.address(net.keys.Eve)
        net.rpc("dev_newBlock", {"count": 2})
        assert flagged(net.block(before.number + 1).header) == (net.keys.Eve.account,)
        assert net.query.Timestamp.Now() > 2_000_000_000_000
        assert answered(capsys, url, "replay", str(before.number + 1))["is_same"] is True
        net.rpc("dev_revert", snapshot)
        assert (net.head, net.head.header.state_root, net.control.pending()) == (before, root, [])


def test_nobody_is_impersonated_where_the_options_do_not_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    with running_devnet("--manual", "--unsafe-rpc") as url, devnet(url) as net:
        assert main(["chain", "impersonate", "Eve", "--url", url]) == 1
        assert "palletlab dev --impersonation" in capsys.readouterr().err
        with pytest.raises(ValueError, match="palletlab dev --impersonation"):
            net.control.impersonate(net.keys.Eve.account)
        with pytest.raises(RequestRefused, match="palletlab dev --impersonation"):
            net.rpc("dev_impersonate")
