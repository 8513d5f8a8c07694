"""The head of the chain, followed: what `chainHead_v1_follow` tells, and what may be asked of the blocks that it tells.

limits        how many sessions, pinned blocks and operations a client may have
errors        codes -32800 … -32804
events        what a session tells, as JSON
follow        `Follow`: one session, which pins the blocks that it tells
operations    what a session computes for its client, and tells bit by bit
follows       the sessions of one connection
"""
