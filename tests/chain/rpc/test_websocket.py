"""Frames as others read them, of every length, and messages that are moved together."""

from __future__ import annotations

import json

from tests.chain.rpc.test_server import NAMED, Served, run

EMPTY = len(json.dumps(NAMED | {"id": ""}, separators=(",", ":")))


def test_replies_around_each_form_of_length_arrive_whole() -> None:
    lengths = [each for edge in (126, 1 << 16, 1 << 17) for each in range(edge - 2, edge + 3)]

    async def test(served: Served) -> None:
        async with served.session.ws_connect(served.url) as socket:
            ids = ["x" * (length - EMPTY) for length in lengths]
            for request_id in ids:
                request = {"jsonrpc": "2.0", "id": request_id, "method": "system_chain"}
                await socket.send_str(json.dumps(request))
            replies = [await socket.receive_str() for _ in ids]
            assert [len(reply) for reply in replies] == lengths
            assert [json.loads(reply) for reply in replies] == [NAMED | {"id": each} for each in ids]

    run(test)


def test_binary_messages_are_read_in_the_encodings_of_json() -> None:
    async def test(served: Served) -> None:
        async with served.session.ws_connect(served.url) as socket:
            text = json.dumps({"jsonrpc": "2.0", "id": "ä", "method": "system_chain"}, ensure_ascii=False)
            for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32-be"):
                await socket.send_bytes(text.encode(encoding))
                assert json.loads(await socket.receive_str()) == NAMED | {"id": "ä"}

    run(test)
