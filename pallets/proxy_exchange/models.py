"""What a node keeps of an exchange: its private model, which nobody else ever sees, and the proxy that it showed.

Keys in the node's local storage begin with "secret/" ‖ "proxy_exchange" ‖ exchange u32 ‖ seed of the ring ‖ round u32:
logs and recordings know these values as secret.
"""

from __future__ import annotations

from collections.abc import Callable

from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import U32, Hash
from chain.record import record
from chain.runtime_api import OffchainNode
from chain.scale import DecodeError, codec_of
from pallets.learning.linear_model import LinearModel, decode_linear
from pallets.learning.proxy_exchange.mixing import mixed
from pallets.ml_registry.artifact import Artifact
from pallets.proxy_exchange.storage import ExchangeStorage
from pallets.proxy_exchange.types import ExchangeId

DOMAIN = b"proxy_exchange"


@record
class Pair:
    """A client's models after its training of a round: canonical bytes. proxy: as it was shown"""

    private: bytes
    proxy: bytes


@record
class Models:
    """A node's local storage for one exchange."""

    node: OffchainNode
    exchange: ExchangeId
    seed: Hash

    def recall(self, number: U32) -> Pair | None:
        """The pair of a round; None where there is none, or it is damaged."""
        found = self.node.local_get(self._key(number))
        try:
            return None if found is None else codec_of(Pair).decode(found)
        except DecodeError:
            return None

    def keep(self, number: U32, pair: Pair) -> None:
        """Keep the pair of a round, and forget those of the rounds before the last."""
        self.node.local_set(self._key(number), codec_of(Pair).encode(pair))
        if number > 1:
            self.node.local_clear(self._key(number - 2))

    def forget(self, last: U32) -> None:
        """Throw away all pairs up to a round."""
        for number in range(last + 1):
            if self.node.local_get(self._key(number)) is not None:
                self.node.local_clear(self._key(number))

    def newest_before(self, number: U32) -> tuple[U32, Pair] | None:
        """The pair of the newest round before, and which round that was."""
        for earlier in range(number - 1, -1, -1):
            pair = self.recall(earlier)
            if pair is not None:
                return earlier, pair
        return None

    def _key(self, number: U32) -> bytes:
        return SECRET_STORAGE + DOMAIN + self.exchange.to_bytes(4, "little") + self.seed + number.to_bytes(4, "little")


def begun_from(
    exchanges: ExchangeStorage, models: Models, number: U32, start: LinearModel, bytes_of: Callable[[Artifact], bytes]
) -> tuple[LinearModel, LinearModel]:
    """The private model and the proxy that a member begins a round with; after the last round, what it ends with.

    The proxy is the one that it showed last, mixed with what it then heard. Raises what `bytes_of` raises.
    """
    private, proxy = own_models(models, number, start)
    found = models.newest_before(number)
    heard = None if found is None else exchanges.heard.get((models.exchange, found[0], models.node.account))
    if found is None or heard is None or heard.root is None:
        return private, proxy
    shown = exchanges.pushes.get((models.exchange, found[0], heard.source))
    assert shown is not None, "whoever is heard has shown a proxy"
    return private, mixed(proxy, decode_linear(bytes_of(shown)))


def own_models(models: Models, number: U32, start: LinearModel) -> tuple[LinearModel, LinearModel]:
    """A member's private model and the proxy that it showed last, as if it had heard nothing since."""
    found = models.newest_before(number)
    return (start, start) if found is None else (decode_linear(found[1].private), decode_linear(found[1].proxy))
