"""The state that a runtime works on: an overlay of changes over an immutable trie.

overlay   `Overlay`: reads, writes, nested transactions, the next trie
child     tries inside the state, each with its root among the values
offchain_index    what is left for offchain workers beside the state
vector    values that grow by appending, made concrete when they are read
trace     `StorageTrace`: the record of every read and write, and the overlay that keeps it
"""
