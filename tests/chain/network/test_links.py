"""What happens to messages, by counts and by order."""

from functools import partial

import pytest

from chain.network.links import Conditions, Links
from chain.node.timer import SimulatedTimer


def sent(conditions: Conditions, count: int = 500, seed: int = 7) -> tuple[list[tuple[int, int]], Links[int]]:
    timer = SimulatedTimer()
    links: Links[int] = Links(timer, seed, conditions)
    heard: list[tuple[int, int]] = []
    links.attach("b", lambda _sender, message: heard.append((timer.now_ms, message)))
    for number in range(count):
        links.send("a", "b", number)
    timer.advance(10_000)
    return heard, links


def test_messages_take_their_time_and_may_overtake_each_other() -> None:
    heard, links = sent(Conditions((10, 50)))
    assert sorted(message for _, message in heard) == list(range(500))
    assert [message for _, message in heard] != list(range(500))
    assert {moment for moment, _ in heard} == set(range(10, 51))
    assert (links.traffic.sent, links.traffic.delivered) == (500, 500)


def test_some_are_lost_and_some_come_twice() -> None:
    heard, links = sent(Conditions((0, 0), lost=200, doubled=300))
    assert 30 < links.traffic.lost < 230
    assert links.traffic.delivered == len(heard) > len({message for _, message in heard})
    assert sent(Conditions((0, 0), lost=1000))[0] == []


def test_the_seed_decides() -> None:
    conditions = Conditions((1, 90), lost=100, doubled=100)
    assert sent(conditions)[0] == sent(conditions)[0]
    assert sent(conditions)[0] != sent(conditions, seed=8)[0]


def test_a_partition_stops_messages_also_those_on_their_way() -> None:
    timer = SimulatedTimer()
    links: Links[str] = Links(timer, 1, Conditions((10, 10)))
    heard: list[tuple[str, str, str]] = []

    def hear(receiver: str, sender: str, message: str) -> None:
        heard.append((sender, receiver, message))

    for name in "abc":
        links.attach(name, partial(hear, name))
    links.send("a", "b", "before")
    links.divide("ac", "b")
    links.send("a", "c", "inside")
    timer.advance(10)
    links.send("c", "b", "after")
    links.heal()
    timer.advance(10)
    links.detach("c")
    links.send("a", "c", "nobody")
    timer.advance(10)
    assert heard == [("a", "c", "inside"), ("c", "b", "after")]
    assert links.traffic.stopped == 2


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        (Conditions((5, 4)), "delays from 5 to 4 ms"),
        (Conditions((-1, 4)), "delays from -1 to 4 ms"),
        (Conditions(lost=1001), "1001 lost and 0 doubled"),
        (Conditions(doubled=-1), "0 lost and -1 doubled"),
    ],
)
def test_a_network_that_cannot_be_is_refused(conditions: Conditions, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Links(SimulatedTimer(), 1, conditions)
