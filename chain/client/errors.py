"""What goes wrong between a notebook and its node; each error says what to do next."""

from __future__ import annotations

from chain.primitives import Hash
from chain.record import record


class NotConnected(ConnectionError):
    """There is no node at the address, or it is gone."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"no connection to {self.url}: {self.reason}; `palletlab dev` starts a node"


class RequestRefused(Exception):
    """A node refuses a request.

    code, message, data: of the error in its reply; data is empty where it says no more
    """

    def __init__(self, method: str, code: int, message: str, data: str = "") -> None:
        super().__init__(method, code, message, data)
        self.method = method
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return f"{self.method}: {self.message}{f': {self.data}' if self.data else ''} ({self.code})"


class TransactionRefused(RequestRefused):
    """The pool does not take a transaction; it is in no block and costs nothing."""


class BadAnswer(ValueError):
    """A node answers what the method does not promise."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(method, reason)
        self.method = method
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.method}: {self.reason}"


class NotIncluded(TimeoutError):
    """A transaction is in no block yet."""

    def __init__(self, transaction: Hash, reason: str) -> None:
        super().__init__(transaction, reason)
        self.transaction = transaction
        self.reason = reason

    def __str__(self) -> str:
        return f"transaction 0x{self.transaction.hex()} is in no block: {self.reason}"


class UnknownBlock(LookupError):
    """The node has no such block."""

    def __init__(self, wanted: object) -> None:
        super().__init__(wanted)
        self.wanted = wanted

    def __str__(self) -> str:
        return f"the node has no block {self.wanted}"


class MissingExtra(ImportError):
    """A library that is no part of the core is not installed."""

    def __init__(self, what: str, library: str, extra: str) -> None:
        super().__init__(f"{what} need {library}: pip install 'palletlab[{extra}]'")


@record
class CallError:
    """Why a call failed.

    pallet: whose error it is; None where it is the runtime's own, as Token or BadOrigin
    """

    pallet: str | None
    name: str
    docs: str = ""

    def __str__(self) -> str:
        name = self.name if self.pallet is None else f"{self.pallet}.{self.name}"
        return f"{name}: {self.docs}" if self.docs else name


class CallFailed(Exception):
    """A transaction is in a block, its fee is paid, and its call failed."""

    def __init__(self, call: str, error: CallError) -> None:
        super().__init__(call, error)
        self.call = call
        self.error = error

    def __str__(self) -> str:
        return f"{self.call} failed: {self.error}"
