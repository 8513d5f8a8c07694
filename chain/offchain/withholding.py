"""Takes secrets out of what a run asked and was told, says where they were, and puts them back in.

    withheld = Withholding(vault, account, secrets)
    calls = withheld.recorded(asked)                            # without secrets; `withheld` has where they were
    again = restored(recording, vault)                          # with what the worker was told; raises SecretsMissing

Of what a worker is told a replay needs the secrets themselves; of what it says it needs their digests alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from secrets import token_bytes
from typing import Final

from chain.offchain.host_call import REDACTED, HostCall, Plain
from chain.offchain.recording import SALT_LENGTH, Hole, RecordedCall, Recording, Withheld
from chain.offchain.redaction import (
    OUTCOME,
    Asked,
    Place,
    filled,
    is_secret_answer,
    learn_from,
    learn_from_answer,
    leaves,
    scrubbed,
    without_secrets,
)
from chain.offchain.secrecy import SHORTEST, Secrets, is_secret_storage
from chain.offchain.secret_search import SecretIndex, Span, merged
from chain.offchain.vault import Known, SecretRefused, Vault, origin_of
from chain.primitives import AccountId

SALTED: Final = 16
"""Bytes below which values have salted digests: of pieces of a secret nobody shall see which are alike."""

DATA_ORIGIN: Final = b"data"
"""Where the secrets in an operator's data are from: no worker can destroy these."""

_SEEN: Final = ("http_",)
"""How names of host calls begin whose answers can be told without what is secret in them: worded by servers."""


class SecretsMissing(Exception):
    """A run was told secrets of its node, which the replay was not lent; says which."""


class _OfOneRun:
    """What is known to be secret, with all that one run told, however much that is."""

    def __init__(self, known: Secrets, asked: Sequence[Asked]) -> None:
        self._known = known
        self._own = SecretIndex()
        self._learnt = set[bytes]()
        self.met = set[bytes]()
        """What was found, whole or in part."""
        for call, outcome in asked:
            learn_from(call, self)
            if isinstance(outcome, tuple) and outcome[0] == 0:
                learn_from_answer(call, outcome[1], self)

    def learn(self, value: str | bytes) -> None:
        data = value if isinstance(value, bytes) else value.encode(errors="replace")
        if len(data) >= SHORTEST and data not in self._learnt:
            self._learnt.add(data)
            self._own.learn(data)

    def spans(self, text: str) -> list[Span]:
        finds = [*self._known.finds(text), *self._own.finds(text)]
        self.met |= {value for _, _, value in finds}
        return merged((start, end) for start, end, _ in finds)


class Withholding:
    """What is secret in one run.

    vault: whose digests the recording has; known: what is known to be secret, wherever it stands
    asked: the run's host calls, without questions for the state
    """

    def __init__(self, vault: Vault, account: AccountId, known: Secrets, asked: Sequence[Asked]) -> None:
        self._vault = vault
        self._account = account
        self._asked = asked
        self._secrets = _OfOneRun(known, asked)
        self._numbers: dict[bytes, int] = {}
        self._told = set[int]()
        self.withheld: list[Withheld] = []
        self.holes: list[Hole] = []
        self.known: list[Known] = []
        """What the vault has to keep so that the run can be run again."""

    def recorded(self) -> tuple[RecordedCall, ...]:
        """The calls; raises BadHostCall."""
        found = list[RecordedCall]()
        shown = without_secrets(self._asked, self._secrets)
        for number, (before, after) in enumerate(zip(self._asked, shown, strict=True), start=1):
            if after != before:
                self._leave_out(number, before, after)
            found.append(RecordedCall.of(*after))
        told = {each.digest for each in self.known}
        met = {self._vault.digest(each) for each in self._secrets.met} - told
        if told:  # with a secret that is destroyed goes what was told of it, be it in pieces
            self.known += [Known(each, b"", None) for each in sorted(met)]
        return tuple(found)

    def of_state(self, call: HostCall, outcome: Plain) -> RecordedCall:
        """A question for the state, which everybody may know; in it are digests in the place of secrets."""
        if scrubbed(call.arguments, self._secrets) == call.arguments:
            return RecordedCall.of(call, outcome)
        veiled = (veil(self._vault, each) if scrubbed(each, self._secrets) != each else each for each in call.arguments)
        return RecordedCall.of(HostCall(call.name, tuple(veiled)), outcome)

    def of_data(self, values: Sequence[bytes | str]) -> tuple[int, ...]:
        """The numbers of secrets in the operator's data."""
        return tuple(self._number(each, "a secret in the operator's data", DATA_ORIGIN) for each in values)

    def scrubbed(self, text: str) -> str:
        """A text without what is secret."""
        shown = scrubbed(text, self._secrets)
        assert isinstance(shown, str)
        return shown

    def _leave_out(self, number: int, before: Asked, after: Asked) -> None:
        (call, outcome), (shown, shown_outcome) = before, after
        for place, leaf in _differences((call.arguments, outcome), (shown.arguments, shown_outcome)):
            is_told = place[0] == OUTCOME
            origin = None
            if is_told:
                key = call.arguments[1] if is_secret_storage(call.name, call.arguments) else b""
                origin = key if isinstance(key, bytes) else b""
            secret = self._number(leaf, self.scrubbed(_what(call, is_told=is_told)), origin)
            self.holes.append(Hole(number, place, secret))

    def _number(self, leaf: bytes | str, what: str, origin: bytes | None) -> int:
        """Which of those withheld it is; origin: where it was kept, empty where nowhere, None where nobody told it."""
        salt = token_bytes(SALT_LENGTH) if len(leaf) < SALTED else b""
        digest = self._vault.digest(leaf, salt)
        if origin is not None:
            self.known.append(Known(digest, origin_of(self._account, origin) if origin else b"", leaf))
        number = self._numbers.setdefault(digest, len(self._numbers))
        if number == len(self.withheld):
            self.withheld.append(Withheld(digest, len(leaf), what, salt))
        elif origin is not None and number not in self._told:  # what a replay is told that it needs
            self.withheld[number] = Withheld(digest, len(leaf), what, salt)
        if origin is not None:
            self._told.add(number)
        return number


def veil(vault: Vault, value: Plain) -> bytes:
    """What a question for the state has in the place of a key with a secret in it."""
    assert isinstance(value, bytes), "keys of the state are byte strings"
    return REDACTED.encode() + vault.digest(value)


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
    values = {number: vault.get(each.digest, each.salt) for number, each in enumerate(recording.withheld)}
    missing = [number for number in wanted if values[number] is None]
    if missing:
        is_gone = all(vault.is_destroyed(recording.withheld[number].digest) for number in missing)
        why = "its worker has destroyed since" if is_gone else f"{vault.name} lack"
        raise SecretsMissing(f"the run needs {needs_text(recording, missing)}, which {why}")
    by_call = dict[int, dict[Place, bytes | str]]()
    for hole in recording.holes:
        value = values[hole.secret]
        if hole.place[0] == OUTCOME and value is not None:
            by_call.setdefault(hole.call, {})[hole.place[1:]] = value
    calls = (_filled(each, by_call.get(number, {})) for number, each in enumerate(recording.calls, start=1))
    return replace(recording, calls=tuple(calls))


def data_secrets(recording: Recording, vault: Vault | None) -> list[bytes | str]:
    """Those of the operator's data, by number. Raises SecretsMissing, SecretRefused."""
    wanted = recording.data_secrets
    if not wanted:
        return []
    count = f"{len(wanted)} secret{'s' if len(wanted) > 1 else ''}, as salts and keys"
    if vault is None:
        raise SecretsMissing(
            f"the operator's data are recorded without their {count}: lend it those of the node (--secrets)"
        )
    if vault.fingerprint != recording.vault:
        raise SecretRefused(f"{vault.name} are those of another node than that which recorded the run")
    found = [vault.get(recording.withheld[each].digest, recording.withheld[each].salt) for each in wanted]
    values = [each for each in found if each is not None]
    if len(values) < len(found):
        raise SecretsMissing(f"the operator's data are recorded without their {count}, which {vault.name} lack")
    return values


def _filled(recorded: RecordedCall, values: Mapping[Place, bytes | str]) -> RecordedCall:
    """The call with these in its outcome; one that was edited stays one."""
    if not values:
        return recorded
    outcome = filled(recorded.outcome, values)
    if recorded.is_untouched:
        return RecordedCall.of(recorded.call, outcome)
    return replace(recorded, outcome=outcome)


def _differences(before: Plain, shown: Plain) -> Iterator[tuple[Place, bytes | str]]:
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
