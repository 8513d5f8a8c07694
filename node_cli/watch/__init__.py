"""Hot reload: edit a pallet while its chain runs, and the next block uses the new code; the state is kept.

`watcher` (looks at files, and tells what came of it), `modules` (who imports whom; importing some anew), `upgrade` (new
code on a chain that goes on).
"""
