"""The registry of data: trackers, data sets by CID and root, permits bound to a purpose, checks, erasure.

No call carries data: a data set is a CID, a root, a size and a salted commitment, and what it costs its owner if the
bytes behind the CID are others. A panel drawn by lottery fetches them and compares; of a tracker's batch it verifies
every signature, and one that is wrong refuses the batch. Whoever trains needs a permit for the purpose of the task.
An erasure deletes the blob, shreds its key and drops the salt; on chain the number of a block is all that stays.

On chain, in reading order: `types` (records), `config` (what the runtime supplies), `errors`, `events`, `storage`,
`device_key` (points of secp256r1), `checks` (the course of a check, and its money), `calls` (of owners),
`checker_calls`, `key_calls` (a key against a permit), `pallet` (hooks). Off chain: `pebble` (the readings of
trackers, and a simulator of them), `operator` (what an operator asks of its node), `custody` (encrypted blobs and
their keys), `release` (to whom keys go), `lending` (what they open), `examine` (a checker's verdict), `worker`.
`payload` finds calls that could carry data.

    self.data_registry = DataRegistry(self, data_registry.Config(currency=…, stakes=…, …), index=28)
"""

from pallets.data_registry.pallet import Config, DataRegistry, Error, Event
from pallets.data_registry.storage import HoldReason
from pallets.data_registry.types import (
    Check,
    CheckOutcome,
    CheckPhase,
    DataSet,
    DataSetId,
    Description,
    Device,
    DeviceId,
    Format,
    Permit,
    Purpose,
    Status,
    Verdict,
)

__all__ = [
    "Check",
    "CheckOutcome",
    "CheckPhase",
    "Config",
    "DataRegistry",
    "DataSet",
    "DataSetId",
    "Description",
    "Device",
    "DeviceId",
    "Error",
    "Event",
    "Format",
    "HoldReason",
    "Permit",
    "Purpose",
    "Status",
    "Verdict",
]
