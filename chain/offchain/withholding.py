"""Takes secrets out of what a run asked and was told, says where they were, and puts them back in.

    withheld = Withholding(vault, account, secrets)
    calls = [withheld.recorded(each) for each in asked]         # without secrets; `withheld` has where they were
    again = restored(recording, vault)                          # with what the worker was told; raises SecretsMissing

Of what a worker is told a replay needs the secrets themselves; of what it says it needs their digests alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from chain.offchain.host_call import HostCall, Plain
from chain.offchain.recording import Hole, RecordedCall, Recording, Withheld
from chain.offchain.redaction import is_secret_answer, redacted_call, redacted_value, scrubbed
from chain.offchain.secrecy import Secrets, is_secret_storage
from chain.offchain.vault import Known, SecretRefused, Vault, origin_of
from chain.primitives import AccountId

ARGUMENTS: Final = 0
OUTCOME: Final = 1
"""Where a place begins."""

_SEEN: Final = ("http_",)
"""How names of host calls begin whose answers can be told without what is secret in them: worded by servers."""


class SecretsMissing(Exception):
    """A run was told secrets of its node, which the replay was not lent; says which."""


class Withholding:
    """What is secret in the calls of one run.

    vault: whose digests the recording has; secrets: what is known to be secret, wherever it stands
    """

    def __init__(self, vault: Vault, account: AccountId, secrets: Secrets) -> None:
        self._vault = vault
        self._account = account
        self._secrets = secrets
        self._numbers: dict[bytes, int] = {}
        self._told = set[int]()
        self._count = 0
        self.withheld: list[Withheld] = []
        self.holes: list[Hole] = []
        self.known: list[Known] = []
        """What the vault has to keep so that the run can be run again."""

    def recorded(self, call: HostCall, outcome: Plain) -> RecordedCall:
        """The next call, with its outcome as `host_call` encodes it; raises BadHostCall."""
        self._count += 1
        shown, shown_outcome = redacted_call(call, self._secrets), self._shown(call, outcome)
        for place, leaf in _differences((call.arguments, outcome), (shown.arguments, shown_outcome)):
            self.holes.append(Hole(self._count, place, self._number(call, leaf, is_told=place[0] == OUTCOME)))
        return RecordedCall.of(shown, shown_outcome)

    def _shown(self, call: HostCall, outcome: Plain) -> Plain:
        if isinstance(outcome, tuple) and outcome[0] == 0:
            return (0, redacted_value(call, outcome[1], self._secrets))
        return scrubbed(outcome, self._secrets)

    def _number(self, call: HostCall, leaf: bytes | str, *, is_told: bool) -> int:
        digest = self._vault.digest(leaf)
        if is_told:
            key = call.arguments[1] if is_secret_storage(call.name, call.arguments) else b""
            origin = origin_of(self._account, key) if key and isinstance(key, bytes) else b""
            self.known.append(Known(digest, origin, leaf))
        number, described = self._numbers.setdefault(digest, len(self._numbers)), _what(call, is_told=is_told)
        if number == len(self.withheld):
            self.withheld.append(Withheld(digest, len(leaf), described))
        elif is_told and number not in self._told:  # what a replay is told that it needs
            self.withheld[number] = Withheld(digest, len(leaf), described)
        if is_told:
            self._told.add(number)
        return number


def needed(recording: Recording) -> dict[int, list[int]]:
    """The secrets without which the run cannot be run again, by number, each with the calls that told of it."""
    found = dict[int, list[int]]()
    for hole in recording.holes:
        told = recording.calls[hole.call - 1]
        is_value = isinstance(told.outcome, tuple) and told.outcome[0] == 0
        if hole.place[0] == OUTCOME and is_value and not told.call.name.startswith(_SEEN):
            found.setdefault(hole.secret, []).append(hole.call)
    return found


def needs_text(recording: Recording, numbers: Sequence[int] | None = None) -> str:
    """Which secrets those are, in words; numbers: some of them."""
    told = [
        f"{recording.withheld[number].what} (host call{'s' if len(calls) > 1 else ''} {', '.join(map(str, calls))})"
        for number, calls in needed(recording).items()
        if numbers is None or number in numbers
    ]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else "none"


def restored(recording: Recording, vault: Vault | None) -> Recording:
    """The recording with what the worker was told. Raises SecretsMissing, SecretRefused."""
    wanted = needed(recording)
    if vault is None:
        if wanted:
            raise SecretsMissing(f"the run needs {needs_text(recording)}: lend it the secrets of the node (--secrets)")
        return recording
    if recording.holes and vault.fingerprint != recording.vault:
        raise SecretRefused(f"{vault.name} are those of another node than that which recorded the run")
    values = {number: vault.get(each.digest) for number, each in enumerate(recording.withheld)}
    missing = [number for number in wanted if values[number] is None]
    if missing:
        is_gone = all(vault.is_destroyed(recording.withheld[number].digest) for number in missing)
        why = "its worker has destroyed since" if is_gone else f"{vault.name} lack"
        raise SecretsMissing(f"the run needs {needs_text(recording, missing)}, which {why}")
    by_call = dict[int, dict[tuple[int, ...], bytes | str]]()
    for hole in recording.holes:
        value = values[hole.secret]
        if hole.place[0] == OUTCOME and value is not None:
            by_call.setdefault(hole.call, {})[hole.place[1:]] = value
    calls = (_filled(each, by_call.get(number, {})) for number, each in enumerate(recording.calls, start=1))
    return replace(recording, calls=tuple(calls))


def leaves(value: Plain, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Plain]]:
    """What is in a value that is no sequence, with where it is."""
    if isinstance(value, tuple | list):
        for number, each in enumerate(value):
            yield from leaves(each, (*place, number))
    else:
        yield place, value


def _filled(recorded: RecordedCall, values: Mapping[tuple[int, ...], bytes | str]) -> RecordedCall:
    """The call with these in its outcome; one that was edited stays one."""
    if not values:
        return recorded
    outcome = _put(recorded.outcome, values, ())
    if recorded.is_untouched:
        return RecordedCall.of(recorded.call, outcome)
    return replace(recorded, outcome=outcome)


def _put(value: Plain, values: Mapping[tuple[int, ...], bytes | str], place: tuple[int, ...]) -> Plain:
    if isinstance(value, tuple | list):
        return tuple(_put(each, values, (*place, number)) for number, each in enumerate(value))
    return values.get(place, value)


def _differences(before: Plain, shown: Plain) -> Iterator[tuple[tuple[int, ...], bytes | str]]:
    """The texts and byte strings that are shown otherwise than they are, with where."""
    others = dict(leaves(shown))
    for place, leaf in leaves(before):
        if leaf != others[place] and isinstance(leaf, bytes | str):
            yield place, leaf


def _what(call: HostCall, *, is_told: bool) -> str:
    if is_secret_storage(call.name, call.arguments):
        key = call.arguments[1]
        assert isinstance(key, bytes)
        return f"the value of {repr(key)[2:-1]}"
    if is_told and is_secret_answer(call):
        return f"what {call.name} came to"
    return f"a secret in {'what ' if is_told else ''}{call.name}{' came to' if is_told else ''}"
