"""The pallets: state-transition functions over the chain's storage, and the kit to write them with.

`frame` is the authoring kit. Every other module or folder is one pallet; a folder holds `pallet.py` (what the
chain decides), `worker.py` (what runs beside it) and `types.py`.

FRAME's: `system`, `timestamp`, `aura`, `grandpa`, `session`, `balances`, `assets`,
`transaction_payment`, `skip_feeless_payment`, `sudo`, `utility`, `proxy`, `multisig`, `template`,
`migrations`, `randomness`, `tasks`;
`validator_manager` is what solo chains have in place of staking. For learning together: `staking`, `governance`,
`data_registry`, `ml_registry`, `privacy_budget`, `disputes`, `federated_round`, `proxy_exchange`, `inference`.
`learning` is the integer forest and averaging core: it knows no chain, and only its trainers import numpy.
"""
