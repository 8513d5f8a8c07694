"""Has a thread meet RunStopped wherever it is in Python: the only way to end code that asks nothing.

It comes at the thread's next step; a thread that is in code of another language, or waits for a lock, has none. Where
one is about to take a lock of Python's own library it is left alone: logging or importing would wait for ever for a
lock that nobody gives back.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import queue
import sys
import threading
from typing import Final

from chain.offchain.errors import RunStopped

_LOCKING: Final = frozenset(
    {*(module.__file__ for module in (functools, logging, queue, threading)), "<frozen importlib._bootstrap>"}
)
"""Files of the library's code that takes locks."""

_TAKING: Final = frozenset({"__enter__", "__get__", "_acquireLock", "_acquire_restore", "acquire", "handle"})
"""Names of what takes them there, and of what has done so before it sees to that they are given back."""

_NEAR: Final = 2
"""Innermost calls that may be the taking of a lock; what is called below gives it back when an exception passes."""


def interrupt(thread: threading.Thread) -> bool:
    """Raise RunStopped in a thread; whether that can be done now. Otherwise it may be a moment later."""
    identifier = thread.ident
    frame = sys._current_frames().get(identifier or 0)
    if identifier is None or frame is None:
        return False
    for _ in range(_NEAR):
        if frame is not None:
            if frame.f_code.co_filename in _LOCKING and frame.f_code.co_name in _TAKING:
                return False
            frame = frame.f_back
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(identifier), ctypes.py_object(RunStopped))
    return True
