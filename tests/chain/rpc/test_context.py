"""Services are found by their class; what belongs to a connection ends with it."""

from __future__ import annotations

import pytest

from chain.rpc.errors import RpcError
from tests.chain.rpc.served_chain import ServedChain


class Control:
    """A service."""


class Special(Control):
    """A service of a class below."""


def test_a_service_is_found_by_its_class_or_one_above() -> None:
    services = ServedChain().services
    assert services.find(Control) is None
    special = Special()
    services.add(special)
    assert services.find(Control) is special
    exact = Control()
    services.add(exact)
    assert (services.find(Control), services.find(Special)) == (exact, special)


def test_a_service_that_is_not_there_is_told() -> None:
    context = ServedChain().client().connection.context
    with pytest.raises(RpcError, match="this server was started without Control"):
        context.service(Control)


def test_a_shared_service_is_made_once_for_all_connections() -> None:
    services = ServedChain().services
    assert services.shared(Control, Control) is services.shared(Control, Special)


def test_each_connection_has_its_own_sessions() -> None:
    chain = ServedChain()
    first, second = (chain.client().connection.context for _ in range(2))
    assert first.session(Control, Control) is first.session(Control, Control)
    assert first.session(Control, Control) is not second.session(Control, Control)


def test_what_waits_for_the_end_of_a_connection_is_called_once() -> None:
    context, ended = ServedChain().client().connection.context, list[str]()
    context.subscribe("told").on_end(lambda: ended.append("subscription"))
    context.on_close(lambda: ended.append("connection"))
    context.close()
    context.close()
    assert ended == ["subscription", "connection"]


def test_subscriptions_of_one_server_never_have_the_same_name() -> None:
    chain = ServedChain()
    names = [chain.client().connection.context.subscribe("told").id for _ in range(5)]
    assert len(set(names)) == 5
    assert all(isinstance(name, str) for name in names)
