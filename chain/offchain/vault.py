"""What recordings leave out because it is secret, kept by the node that made them, so that its owner runs them again.

    vault = Vault(Path("base/worker-secrets"))      # mode 0600; without a file, as long as the process
    Recorder(folder, vault=vault)                   # keeps there what workers drew and what they kept as a secret
    replay(recording, DevRuntime, vault=vault)

A recording has a digest of each such value under the vault's key, by which nobody else can try guesses.

A worker that overwrites a secret with zeros destroys it here too: the value itself, and all that was drawn in runs
that knew it, for it may have been what the secret was sealed with. Those runs cannot be run again by anybody.

The file is a stream of MessagePack:

    ["palletlab-worker-secrets", 1, key]                first
    ["kept", [[digest, origin, value], …]]              of one run; None for a value that stands before, or nowhere
    ["destroyed", [digest, …]]                          by their workers; no later run has them kept again
    ["gone", [digest, …]]                               with these

An origin is account ‖ key of the node's storage, and empty for what was drawn.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from logging import getLogger
from pathlib import Path
from secrets import token_bytes
from threading import Lock
from typing import Final

from chain.offchain.host_call import Answers, HostCall, Plain, packed
from chain.offchain.run import Run
from chain.offchain.secrecy import is_secret_storage
from chain.record import record

log = getLogger(__name__)

FORMAT: Final = "palletlab-worker-secrets"
VERSION: Final = 1

NAME: Final = "worker-secrets"
"""Of the file, in the folder of a node."""

_KEY_BYTES: Final = 32
_KEPT, _DESTROYED, _GONE = "kept", "destroyed", "gone"


_Run = tuple[tuple[bytes, bytes], ...]
"""Digests and origins of what one run knew."""


class VaultError(Exception):
    """A file has no secrets of a node, or is damaged; says which and what."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class SecretRefused(Exception):
    """A secret is not the one that was recorded."""


@record
class Known:
    """A value that one run knew; origin: where it was kept, empty where it was drawn.

    value: None where nobody needs it, as that of a secret in what was said
    """

    digest: bytes
    origin: bytes
    value: bytes | str | None


class _Content:
    """What there is in a vault: all values, and the digests and origins of each run."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes | str] = {}
        self.runs: list[_Run] = []


class Vault:
    """Values by their digests; any number of threads may use it.

    is_kept: whether values are kept at all; without, recordings have digests that nobody can make use of
    """

    def __init__(self, file: Path | None = None, *, is_kept: bool = True) -> None:
        """Open the file, made where it is not there. Raises VaultError, OSError."""
        self._file = file
        self._is_kept = is_kept
        self._lock = Lock()
        self._content: _Content | None = _Content()
        """None while it is in the file alone: a node that records for weeks has it on disk."""
        self._known: set[bytes] = set()
        """The digests of all values."""
        self._destroyed: set[bytes] = set()
        self._gone: set[bytes] = set()
        self._end = 0
        """Bytes of the file's whole rows: a node that was killed may have left half a one behind them."""
        if file is not None and file.exists():
            self._key, self._content = self._read(file)
            self._known = set(self._content.values)
            file.chmod(0o600)
        else:
            self._key = token_bytes(_KEY_BYTES)
            self._replace(_Content())

    @property
    def fingerprint(self) -> bytes:
        """Names the vault, in recordings, without telling anything of it."""
        return blake2b(b"fingerprint", digest_size=16, key=self._key).digest()

    @property
    def name(self) -> str:
        """For messages."""
        return "these secrets" if self._file is None else f"the secrets in {self._file}"

    def digest(self, value: bytes | str, salt: bytes = b"") -> bytes:
        """What a recording has of a value: 32 bytes, which nobody can guess at without the vault's key.

        salt: 16 bytes for a value so short that others may be equal by chance, which nobody shall see
        """
        told = b"b" + value if isinstance(value, bytes) else b"s" + value.encode(errors="surrogatepass")
        return blake2b(told, digest_size=32, key=self._key, salt=salt).digest()

    def get(self, digest: bytes, salt: bytes = b"") -> bytes | str | None:
        """The value; None where it is not here. Raises SecretRefused where another is in its place."""
        with self._lock:
            value = self._all().values.get(digest)
        if value is not None and self.digest(value, salt) != digest:
            raise SecretRefused(f"{self.name} have another value in the place of the one that was recorded")
        return value

    def is_destroyed(self, digest: bytes) -> bool:
        """Whether its worker has destroyed it since, or what it was drawn beside."""
        return digest in self._destroyed or (digest in self._gone and digest not in self._known)

    def keep(self, known: Sequence[Known]) -> None:
        """Keep what a run knew; raises OSError."""
        with self._lock:
            run = self._survivors([(each.digest, each.origin) for each in known])
            self._gone |= {each.digest for each in known} - {digest for digest, _ in run}
            if run and self._is_kept:
                new = [(each.digest, each.value) for each in known if each.digest not in self._known]
                values = {digest: value for digest, value in new if value is not None}
                self._add(run, values)
                self._known |= values.keys()

    def destroy(self, origin: bytes, value: bytes | None = None) -> None:
        """Forget what was kept there, value by value, and what was drawn by runs that knew it; raises OSError."""
        with self._lock:
            content = self._all()
            doomed = {digest for run in content.runs for digest, where in run if where == origin}
            if value is not None:
                doomed.add(self.digest(value))
            if doomed <= self._destroyed:
                return
            self._destroyed |= doomed
            content.runs = [run for each in content.runs if (run := self._survivors(each))]
            left = {digest for run in content.runs for digest, _ in run}
            self._gone |= content.values.keys() - left
            content.values = {digest: value for digest, value in content.values.items() if digest in left}
            self._known = set(content.values)
            self._replace(content)

    def layer(self, run: Run, below: Answers) -> Answers:
        """Destroys what the run's worker destroys; for `Workers.add_layer`."""
        return _Destroying(self, run.participant.account, below)

    def _survivors(self, run: Iterable[tuple[bytes, bytes]]) -> _Run:
        """What stays of a run's values: where one was destroyed, those alone that are kept elsewhere too."""
        rows = tuple(dict.fromkeys(run))
        left = tuple(row for row in rows if row[0] not in self._destroyed)
        return left if len(left) == len(rows) else tuple(row for row in left if row[1])

    # The file

    def _all(self) -> _Content:
        """All that there is; read again where it is in the file alone."""
        if self._content is None:
            assert self._file is not None, "what has no file is here"
            self._content = self._read(self._file)[1]
        return self._content

    def _add(self, run: _Run, values: Mapping[bytes, bytes | str]) -> None:
        if self._file is None:
            content = self._all()
            content.values.update(values)
            content.runs.append(run)
            return
        left = dict(values)
        row = packed((_KEPT, tuple((*each, left.pop(each[0], None)) for each in run)))
        with self._file.open("r+b") as file:  # that it is not there any more is an error
            file.truncate(self._end)
            file.seek(self._end)
            file.write(row)
        self._end += len(row)
        self._content = None

    def _replace(self, content: _Content) -> None:
        """Write all anew: a file is there as a whole, and nobody else may read it."""
        if self._file is None:
            return
        told, rows = set[bytes](), list[Plain]([(FORMAT, VERSION, self._key)])
        for run in content.runs:
            rows.append((_KEPT, tuple((*row, None if row[0] in told else content.values.get(row[0])) for row in run)))
            told |= {digest for digest, _ in run}
        rows += [(_DESTROYED, tuple(sorted(self._destroyed))), (_GONE, tuple(sorted(self._gone)))]
        new = self._file.with_name(f"{self._file.name}.new")
        new.unlink(missing_ok=True)
        data = b"".join(packed(row) for row in rows)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        new.replace(self._file)
        self._end = len(data)
        self._content = None

    def _read(self, file: Path) -> tuple[bytes, _Content]:
        """The key and the content of a file. The last row of a node that was killed may be there by half."""
        import msgpack  # where nothing is recorded, it is not needed

        content = _Content()
        with file.open("rb") as stream:
            rows = msgpack.Unpacker(stream, raw=False, use_list=False, max_buffer_size=0)
            try:
                key = _key_of(next(rows, None), file)
                self._end = rows.tell()
                for row in rows:
                    self._take_in(row, content)
                    self._end = rows.tell()
            except (TypeError, ValueError, msgpack.exceptions.UnpackException):
                raise VaultError(file, "not the secrets of a node's workers, or damaged") from None
        return key, content

    def _take_in(self, row: Plain, content: _Content) -> None:
        """Raises ValueError, TypeError where it is no row."""
        kind, told = _pair(row)
        if kind != _KEPT:
            digests = self._destroyed if kind == _DESTROYED else self._gone
            digests |= {each for each in told if isinstance(each, bytes)}
            return
        run = list[tuple[bytes, bytes]]()
        for entry in told:
            if not isinstance(entry, tuple):
                raise ValueError("no entry")
            digest, origin, value = entry
            if not (isinstance(digest, bytes) and isinstance(origin, bytes)):
                raise TypeError("no digest and origin")
            run.append((digest, origin))
            if isinstance(value, bytes | str):
                content.values[digest] = value
        content.runs.append(tuple(run))


class _Destroying:
    """The layer of `Vault.layer`."""

    __slots__ = ("_account", "_below", "_vault")

    def __init__(self, vault: Vault, account: bytes, below: Answers) -> None:
        self._vault = vault
        self._account = account
        self._below = below

    def answer(self, call: HostCall) -> Plain:
        """Raises what is raised below."""
        if not is_overwritten(call):
            return self._below.answer(call)
        kind, key = call.arguments[:2]
        before = self._below.answer(HostCall("local_get", (kind, key)))
        value = self._below.answer(call)
        if isinstance(key, bytes) and value is not False:
            old = before if isinstance(before, bytes) and before.strip(b"\0") else None
            try:
                self._vault.destroy(origin_of(self._account, key), old)
            except OSError as error:
                log.error("%s still have what a worker destroyed: %s", self._vault.name, error.strerror)
        return value


def is_overwritten(call: HostCall) -> bool:
    """Whether zeros take the place of a secret: how a worker destroys one."""
    if call.name not in ("local_set", "local_compare_and_set") or not is_secret_storage(call.name, call.arguments):
        return False
    new = call.arguments[-1]
    return isinstance(new, bytes) and not new.strip(b"\0")


def origin_of(account: bytes, key: bytes) -> bytes:
    """Whose storage a secret is kept in, and where."""
    return account + key


def vault_at(path: Path) -> Vault:
    """The secrets in a file, or in the folder of a node; raises VaultError where there are none, OSError."""
    file = path / NAME if path.is_dir() else path
    if not file.is_file():
        raise VaultError(path, "no secrets of recorded runs are there; a node that records them keeps some")
    return Vault(file)


def _key_of(row: object, file: Path) -> bytes:
    if not (isinstance(row, tuple) and len(row) == 3 and row[0] == FORMAT):
        raise VaultError(file, "not the secrets of a node's workers")
    if row[1] != VERSION:
        raise VaultError(file, f"of version {row[1]!r}; this program reads version {VERSION}")
    key = row[2]
    if not (isinstance(key, bytes) and len(key) == _KEY_BYTES):
        raise VaultError(file, "its key is damaged")
    return key


def _pair(row: Plain) -> tuple[Plain, Sequence[Plain]]:
    if isinstance(row, tuple) and len(row) == 2:
        kind, told = row
        if kind in (_KEPT, _DESTROYED, _GONE) and isinstance(told, tuple):
            return kind, told
    raise ValueError("no row")
