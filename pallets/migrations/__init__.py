"""MultiBlockMigrations: migrations that take many blocks, step by step, while the chain takes no transactions
(pallet_migrations).

    self.migrations = Migrations(self, migrations.Config(migrations=(ReindexVotes(self.poll),)), index=30,
                                 name="MultiBlockMigrations")
    self.multi_block_migrator = self.migrations

`types` (cursors, what to clear), `events` (events and errors), `weights`, `pallet` (calls, and the steps).
"""

from pallets.migrations.events import Error, Event
from pallets.migrations.pallet import Config, FailureHandling, Migrations

__all__ = ["Config", "Error", "Event", "FailureHandling", "Migrations"]
