"""Whether a host call is asked as it was recorded, and what differs if it is not.

What was left out because it is secret is compared by its digest where the node's secrets are lent, and with whatever
stands around it where they are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chain.offchain.host_call import REDACTED, HostCall, Plain
from chain.offchain.recording import Withheld
from chain.offchain.redaction import Place, leaves
from chain.offchain.vault import Vault
from chain.record import record


@record
class Comparison:
    """How calls are compared; vault: None where nobody lent the node's secrets"""

    vault: Vault | None

    def reason(
        self,
        recorded: HostCall,
        asked: HostCall,
        withheld: Mapping[Place, Withheld],
        shown: Callable[[], HostCall],
    ) -> str | None:
        """What differs, None where nothing does.

        withheld: what was left out, by where in the arguments; shown: what is asked, without what is secret
        """
        if recorded.name != asked.name:
            return f"{asked.name} is asked for, not {recorded.name}"
        if not withheld and recorded.arguments == asked.arguments:
            return None
        for number, name in enumerate(asked.function.parameters):
            before, now = dict(leaves(recorded.arguments[number])), dict(leaves(asked.arguments[number]))
            if before.keys() != now.keys():
                return f"{name} has {len(now)} values, not {len(before)}"
            for place, leaf in before.items():
                secret = withheld.get((number, *place))
                if secret is None:
                    if leaf != now[place] and leaf != (shown_now := _at(shown(), number, place)):
                        return _reason(name, leaf, shown_now)
                elif not self._is_same(leaf, now[place], secret):
                    return f"{name} has another secret than was recorded, or has it elsewhere"
        return None

    def _is_same(self, recorded: Plain, asked: Plain, secret: Withheld) -> bool:
        if self.vault is not None:
            return isinstance(asked, bytes | str) and self.vault.digest(asked, secret.salt) == secret.digest
        return is_like(recorded, asked)


def _at(call: HostCall, number: int, place: Place) -> Plain:
    """A value of an argument."""
    return dict(leaves(call.arguments[number]))[place]


def is_like(shown: Plain, other: Plain) -> bool:
    """Whether the other is the same, but for what was left out of what is shown."""
    if isinstance(shown, str) and isinstance(other, str):
        first, *between = shown.split(REDACTED)
        if not between:
            return shown == other
        at, last = len(first), between.pop()
        if len(other) < len(first) + len(last) or not (other.startswith(first) and other.endswith(last)):
            return False
        for part in between:
            at = other.find(part, at) + len(part)
            if at < len(part):
                return False
        return at <= len(other) - len(last)
    if isinstance(shown, bytes) and isinstance(other, bytes):
        return is_like(shown.decode("latin-1"), other.decode("latin-1"))
    return shown == other


def _reason(name: str, before: Plain, now: Plain) -> str:
    if isinstance(before, bytes) and isinstance(now, bytes):
        at = next((i for i, pair in enumerate(zip(before, now, strict=False)) if pair[0] != pair[1]), None)
        if at is None:
            return f"{name} has {len(now)} bytes, not {len(before)}"
        return f"{name} differs from byte {at} on, 0x{now[at : at + 8].hex()} not 0x{before[at : at + 8].hex()}"
    return f"{name} is {now!r:.80}, not {before!r:.80}"
