"""Session: for how long a set of validators holds, and with which keys (pallet_session).

`handler` (who is told of new sessions, and who chooses their validators), `keys` (what a validator signs with),
`pallet`.
"""

from pallets.session.handler import SessionHandler, SessionIndex, SessionManager
from pallets.session.keys import KEY_TYPES, SessionKeys
from pallets.session.pallet import Config, Error, Event, Genesis, NewSession, PeriodicSessions, Session

__all__ = [
    "KEY_TYPES",
    "Config",
    "Error",
    "Event",
    "Genesis",
    "NewSession",
    "PeriodicSessions",
    "Session",
    "SessionHandler",
    "SessionIndex",
    "SessionKeys",
    "SessionManager",
]
