"""What an operator asks of its node for the data registry: to check others' data sets, to register its own.

    Steward(checks=True)                                                     a checker
    Steward(offers=(Offer(b"ward 3", rows, schema, b"CC0-1.0", b"SE"),))     a registrant

It is handed over as the node's `data`, alone or in a tuple with what other pallets' workers want. The bytes of an
offer leave the node as the blob that everybody sees: encrypted, unless checkers have to read signatures in it.
"""

from __future__ import annotations

from dataclasses import field
from typing import Protocol

from chain.primitives import Hash
from chain.record import record
from chain.secret_fields import SECRET
from pallets.data_registry.types import DataSetId, DeviceId, Format, Jurisdiction, Purpose
from pallets.ml_registry.types import Name

NAMES_KEY = b"data_registry/names"
"""Where a node's local storage has the names of what it took in; nothing, as long as that is nothing."""


class Deletes(Protocol):
    """A content store, as far as erasure needs it."""

    def delete(self, cid: str) -> bool:
        """Forget a blob; whether there was one."""
        ...


@record
class Offer:
    """Data to register once.

    name: what the operator calls it, on this node alone
    salt: of the commitment, where a federated round commits to the same rows; None: the node draws one
    device: whose signed readings the data are, for a format with signatures; such data are not encrypted
    """

    name: bytes
    data: bytes = field(repr=False)
    schema: Hash
    licence: Name
    jurisdiction: Jurisdiction
    salt: bytes | None = field(default=None, repr=False, metadata=SECRET)
    format: Format = Format.OPAQUE
    device: DeviceId | None = None


@record
class Want:
    """Encrypted data of somebody else's that this node has a permit for, and whose key it asks for.

    With what the key opens the node takes part in federated rounds of the purpose, unless it has rows of its own.
    """

    data_set: DataSetId
    purpose: Purpose


@record
class Opened:
    """What a released key opens: the data in clear, and the salt of their commitment."""

    data: bytes = field(repr=False)
    salt: bytes = field(repr=False, metadata=SECRET)


@record
class Steward:
    """What a node does in the data registry.

    checks: whether to join the checkers, and to examine what it is drawn for
    offers: data sets to register; wants: data sets of others to get the key of
    stores: where blobs of this node lie, deleted when their data set is erased; workers in processes of their own take
        stores that can be pickled. What is left elsewhere, `palletlab content gc` finds unnamed
    """

    checks: bool = False
    offers: tuple[Offer, ...] = ()
    stores: tuple[Deletes, ...] = field(default=(), repr=False)
    wants: tuple[Want, ...] = ()


def steward_of(data: object) -> Steward | None:
    """The operator's instructions in a node's `data`, which may be theirs alone or a tuple that holds them."""
    for each in data if isinstance(data, tuple) else (data,):  # of every operator in every block
        if isinstance(each, Steward):
            return each
    return None
