"""Reading a state of which only the root and some nodes are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chain.crypto.hashing import blake2_256
from chain.trie.nibbles import to_key, to_nibbles
from chain.trie.node import EMPTY, EMPTY_ROOT, HashedValue, Node, TrieDecodeError, decode


class ProofError(ValueError):
    """A proof from which an answer cannot be read."""


class InvalidProofError(ProofError):
    """A proof that proves nothing: its root is missing, or a node in it is malformed."""


class IncompleteProofError(ProofError):
    """A proof that does not reach as far as the question."""

    def __init__(self, key: bytes, missing: bytes) -> None:
        super().__init__(f"the proof does not cover key 0x{key.hex()}: nothing in it hashes to 0x{missing.hex()}")
        self.key, self.missing = key, missing


class ProofReader:
    """Values, and proofs of absence, out of trie nodes.

    Every node is found by its hash, beginning with the root, so an answer is as trustworthy as the root; nodes
    that nothing refers to are ignored. Values that their node holds as a hash are among the nodes.
    """

    def __init__(self, root: bytes, nodes: Iterable[bytes], version: int = 1) -> None:
        """Raises `InvalidProofError` if no node is the root. Under state version 0 no value may be a hash."""
        self.root, self.version = root, version
        self._nodes = {blake2_256(node): node for node in nodes}
        self._nodes.setdefault(EMPTY_ROOT, EMPTY)
        self._decoded: dict[bytes, Node] = {}
        if root not in self._nodes:
            raise InvalidProofError(f"the proof has no node for the root 0x{root.hex()}")

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None where the proof shows that it has none.

        Raises `IncompleteProofError` where the proof does not say, `InvalidProofError` where it is malformed.
        """
        path = to_nibbles(key)
        depth = 0
        node = self._node(self.root, key)
        while True:
            if not path.startswith(node.partial, depth):
                return None
            depth += len(node.partial)
            if depth == len(path):
                return self._value(node, key)
            child = node.children[path[depth]] if node.children else None
            if child is None:
                return None
            node = self._node(child, key)
            depth += 1

    def known_items(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The pairs under `prefix` that the proof shows, in order; there may be others where it has gaps."""
        sought = to_nibbles(prefix)
        pending = [(b"", self.root)]
        while pending:
            path, name = pending.pop()
            try:
                node = self._node(name, prefix)
            except IncompleteProofError:
                continue
            path += node.partial
            if path.startswith(sought):
                value = self._known_value(node)
                if value is not None:
                    yield _whole_key(path), value
            elif not sought.startswith(path):
                continue
            for nibble, child in reversed(list(enumerate(node.children))):
                if child is not None:
                    pending.append((path + bytes((nibble,)), child))

    def _node(self, name: bytes, key: bytes) -> Node:
        """The node that a parent names: by its hash, or by its encoding where that is shorter."""
        node = self._decoded.get(name)
        if node is not None:
            return node
        encoding = self._nodes.get(name) if len(name) == 32 else name
        if encoding is None:
            raise IncompleteProofError(key, name)
        try:
            node = decode(encoding)
        except TrieDecodeError as error:
            raise InvalidProofError(f"malformed node in the proof: {error}") from error
        if self.version == 0 and isinstance(node.value, HashedValue):
            raise InvalidProofError("a node holds its value as a hash, which state version 0 does not know")
        self._decoded[name] = node
        return node

    def _known_value(self, node: Node) -> bytes | None:
        return self._nodes.get(node.value.hash) if isinstance(node.value, HashedValue) else node.value

    def _value(self, node: Node, key: bytes) -> bytes | None:
        value = self._known_value(node)
        if value is None and isinstance(node.value, HashedValue):
            raise IncompleteProofError(key, node.value.hash)
        return value


def _whole_key(path: bytes) -> bytes:
    if len(path) % 2:
        raise InvalidProofError(f"a value under {len(path)} nibbles, which are not whole bytes")
    return to_key(path)
