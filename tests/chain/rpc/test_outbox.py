"""Replies come before the notifications that they cause, and nobody waits for a slow client."""

from __future__ import annotations

from chain.rpc.limits import RpcLimits
from chain.rpc.outbox import Outbox


def taken(outbox: Outbox) -> list[str]:
    found = list[str]()
    while (text := outbox.take()) is not None:
        found.append(text)
    return found


def test_notifications_made_during_a_call_follow_its_reply() -> None:
    outbox = Outbox(RpcLimits(), lambda: None)
    outbox.notify("before")
    outbox.hold()
    outbox.notify("caused")
    outbox.reply("reply")
    outbox.notify("after")
    assert taken(outbox) == ["before", "reply", "caused", "after"]


def test_whoever_moves_the_texts_is_told_of_each() -> None:
    told = list[int]()
    outbox = Outbox(RpcLimits(), lambda: told.append(len(outbox)))
    outbox.hold()
    outbox.notify("held")
    assert told == []
    outbox.reply(None)
    outbox.notify("more")
    assert told == [1, 2]


def test_a_client_that_does_not_read_fills_the_outbox() -> None:
    for limits, texts in ((RpcLimits(queued=2), ["a", "b"]), (RpcLimits(queued_bytes=5), ["ab", "cde"])):
        outbox = Outbox(limits, lambda: None)
        for text in texts:
            outbox.notify(text)
        assert not outbox.is_full
        outbox.notify("f")
        assert outbox.is_full
        assert taken(outbox) == texts


def test_replies_are_never_dropped() -> None:
    outbox = Outbox(RpcLimits(queued=0), lambda: None)
    outbox.reply("reply")
    assert taken(outbox) == ["reply"]


def test_what_waits_is_taken_together_up_to_a_size_and_a_feed_alone() -> None:
    outbox = Outbox(RpcLimits(queued_bytes=8), lambda: None)
    for text in ("abc", "def", "gh"):
        outbox.notify(text)
    outbox.feed(iter("xy"))
    assert outbox.take_many(4) == ["abc", "def"]
    assert outbox.take_many(100) == ["gh"]
    assert [outbox.take_many(100) for _ in range(3)] == [["x"], ["y"], []]
    outbox.notify("12345678")
    assert not outbox.is_full  # what was taken is no longer counted
