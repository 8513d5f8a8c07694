"""The methods, one module for each namespace.

`rpc`, `system`, `chain`, `state`, `childstate`, `author`, `payment`, `offchain`, `engine`, `sync_state` are what
Substrate's nodes have had from the beginning.

`chainHead_v1`, `chainSpec_v1`, `transaction_v1`, `transactionWatch_v1`, `archive_v1` are the interface that takes their
place: paritytech/json-rpc-interface-spec.

`dev` controls a development chain, in chopsticks' dialect.
"""
