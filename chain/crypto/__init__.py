"""Hashes, keys, signatures and addresses of a Substrate chain.

Read in this order: `hashing` (the hash functions and storage hashers), `blake3` (of metadata digests), `sr25519`,
`ed25519` and `ecdsa` (one signature scheme each), `signatures` (verification under any scheme, `MultiSignature`),
`second_core` and `verifying_process` (many signatures verified by another process, while this one goes on), `keys`
(`KeyPair`), `secret_uri` and `mnemonic` (where key pairs come from), `development` (Alice and the others), `ss58`
(addresses), `derived` (accounts without a key), `ethereum` (keys and addresses for chains with an EVM). The mathematics
comes from libraries, loaded on first use where their import is slow; but for BLAKE3.
"""
