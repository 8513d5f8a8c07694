"""What a worker must not forget between two blocks: what it has sealed or stated, and what it has submitted.

Keys in the node's local storage begin with "federated_round" ‖ task u32 ‖ round u32 ‖ seed of the round, so that a
round that a fork draws anew begins with nothing; before it stands "secret/" where a value is a sealed one, which
recordings and logs know as secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Final

from chain.bounds import Len
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import U8, BlockNumber, Hash
from chain.record import record
from chain.runtime_api import OffchainNode
from chain.scale import DecodeError, codec_of
from pallets.federated_round.sealed import Content, content_codec, content_hash, seal_of
from pallets.federated_round.stated import Stated
from pallets.federated_round.types import RoundNumber, Stage, TaskId

DOMAIN = b"federated_round"

NOTHING: Final = Hash(bytes(32))
"""The basis of what nothing on the chain could change."""


@record
class Secret:
    """A content, kept until it is shown: however often a worker begins anew, it shows one and the same.

    salt: of its seal, if it is sealed

    content: SCALE of what will be revealed; attachments: artifacts for the content store that it names
    basis: what it was made of
    """

    salt: bytes
    content: bytes
    attachments: tuple[bytes, ...]
    basis: Hash = NOTHING


@record
class _Kept:
    """A secret as a node's storage has it.

    attachments: how many there are, under keys of their own: as large as they are, nobody copies them
    """

    salt: Annotated[bytes, Len(32, 32)]
    content: bytes
    attachments: U8
    basis: Hash


@record
class Memory:
    """A node's local storage for one round.

    basis: what a stage's content is made of, by what the chain says (`basis_of`)
    """

    node: OffchainNode
    task: TaskId
    number: RoundNumber
    seed: Hash | None
    basis: Callable[[Stage], Hash] = lambda _stage: NOTHING

    def recall(self, stage: Stage) -> Secret | None:
        """The secret of a stage; None where there is none, it is damaged, or was made of what another fork says."""
        key = self._secret_key(stage)
        kept = self._kept(key)
        return None if kept is None else self._recalled(key, kept, stage)

    def _recalled(self, key: bytes, kept: _Kept, stage: Stage) -> Secret | None:
        if kept.basis != self.basis(stage):
            return None
        attachments = list[bytes]()
        for position in range(kept.attachments):
            found = self.node.local_get(_attachment_key(key, position))
            if found is None:
                return None
            attachments.append(found)
        return Secret(kept.salt, kept.content, tuple(attachments), kept.basis)

    def recall_or_keep(self, stage: Stage, make: Callable[[], Stated]) -> Secret:
        """The secret of a stage; where there is none, what is made now is kept with a new salt."""
        key = self._secret_key(stage)
        kept = self._kept(key)
        recalled = None if kept is None else self._recalled(key, kept, stage)
        return recalled or self._keep(key, kept, stage, *make())

    def keep(self, stage: Stage, content: Content, attachments: tuple[bytes, ...]) -> Secret:
        """Keep a content with a new salt, in the place of what there is."""
        key = self._secret_key(stage)
        return self._keep(key, self._kept(key), stage, content, attachments)

    def _keep(
        self, key: bytes, before: _Kept | None, stage: Stage, content: Content, attachments: tuple[bytes, ...]
    ) -> Secret:
        secret = Secret(self.node.random_seed(), content_codec(stage).encode(content), attachments, self.basis(stage))
        if before is not None:  # or, killed before the end of this, it would be that one with these attachments
            self._clear(key, before)
        for position, attachment in enumerate(attachments):
            self.node.local_set(_attachment_key(key, position), attachment)
        kept = _Kept(secret.salt, secret.content, len(attachments), secret.basis)
        self.node.local_set(key, codec_of(_Kept).encode(kept))
        return secret

    def seal(self, stage: Stage, secret: Secret) -> Hash:
        """The seal of a secret in this round, by this node's account."""
        hashed = content_hash(stage, content_of(stage, secret))
        return seal_of(self.task, self.number, stage, self.node.account, secret.salt, hashed)

    def may_submit(self, act: bytes, now: BlockNumber, retry_after: BlockNumber) -> bool:
        """Whether an act was not submitted in the last blocks; from now on it was."""
        key = self._key(b"submitted", act)
        found = self.node.local_get(key)
        last = None if found is None else int.from_bytes(found, "little")
        if last is not None and last <= now < last + retry_after:
            return False
        self.node.local_set(key, now.to_bytes(4, "little"))
        return True

    def not_submitted(self, act: bytes) -> None:
        """The pool refused the act."""
        self.node.local_clear(self._key(b"submitted", act))

    def forget(self, stages: Iterable[Stage] = tuple(Stage)) -> None:
        """Drop the secrets of a round that is over, in the stages in which there may be some."""
        for stage in stages:
            key = self._secret_key(stage)
            kept = self._kept(key)
            if kept is not None:
                self._clear(key, kept)

    def _kept(self, key: bytes) -> _Kept | None:
        found = self.node.local_get(key)
        try:
            return None if found is None else codec_of(_Kept).decode(found)
        except DecodeError:
            return None

    def _clear(self, key: bytes, kept: _Kept) -> None:
        self.node.local_clear(key)
        for position in range(kept.attachments):
            self.node.local_clear(_attachment_key(key, position))

    def _secret_key(self, stage: Stage) -> bytes:
        return SECRET_STORAGE + self._key(b"secret", bytes((stage,)))

    def _key(self, kind: bytes, part: bytes) -> bytes:
        place = self.task.to_bytes(4, "little") + self.number.to_bytes(4, "little") + (self.seed or bytes(32))
        return DOMAIN + place + kind + part


def _attachment_key(secret: bytes, position: int) -> bytes:
    return secret + bytes((position,))


def content_of(stage: Stage, secret: Secret) -> Content:
    """What a secret will reveal."""
    return content_codec(stage).decode(secret.content)
