"""The protocol of a peer process: one JSON request a line in, one JSON answer a line out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping

Answer = dict[str, float | str | bool]


def serve(commands: Mapping[str, Callable[..., Answer]]) -> None:
    """Answer requests until standard input ends.

    A request names its command under "command"; the rest are arguments of that command. A command that raises
    ends the process with its traceback on standard error, which the asking side reads.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a peer prints must not look like an answer
    for line in sys.stdin:
        request = json.loads(line)
        command = request.pop("command")
        print(json.dumps(commands[command](**request)), file=answers, flush=True)
