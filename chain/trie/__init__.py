"""The base-16 Merkle trie that a Substrate state root is the root of.

nibbles     keys as half bytes
node        encodings of nodes, both ways
tree        nodes in memory: leaves and branches, never changed once made
replace     new values for keys that are there
update      a batch of changes of all kinds
trie        `Trie`: reading, iterating, proving, the next version
stripped    `StrippedTrie`: some values are known by their hashes alone
difference  what leads from one version to another, for a disk
ordered     the root of a list, as of a block's extrinsics
proof       reading from a proof instead of a state
oracle      the root of all pairs, slow and obvious: what tests compare with
"""
