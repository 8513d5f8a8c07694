"""Long answers, which an outbox makes as its client reads."""

from __future__ import annotations

from collections.abc import Iterator

from chain.rpc.limits import RpcLimits
from chain.rpc.outbox import Outbox


def outbox() -> Outbox:
    return Outbox(RpcLimits(queued=3, queued_bytes=100), lambda: None)


def taken(box: Outbox) -> list[str]:
    return list(iter(box.take, None))


def test_a_feed_is_made_as_it_is_taken_and_after_what_waits() -> None:
    made = list[str]()

    def texts() -> Iterator[str]:
        for text in "abc":
            made.append(text)
            yield text

    box = outbox()
    box.feed(texts())
    assert (len(box), made) == (1, [])
    assert box.take() == "a"
    box.notify("at once")
    assert (box.take(), made) == ("at once", ["a"])
    assert taken(box) == ["b", "c"]
    assert len(box) == 0


def test_feeds_take_turns_and_never_fill_the_outbox() -> None:
    box = outbox()
    box.feed(iter(["x" * 1000] * 3))
    box.feed(iter("abcde"))
    assert [text[0] for text in taken(box)] == ["x", "a", "x", "b", "x", "c", "d", "e"]
    assert not box.is_full


def test_a_feed_waits_for_the_reply_that_it_belongs_to() -> None:
    box = outbox()
    box.hold()
    box.feed(iter("ab"))
    assert box.take() is None
    box.reply("reply")
    assert taken(box) == ["reply", "a", "b"]
