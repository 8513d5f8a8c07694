"""What a worker owes in hierarchical and buffered rounds, where it is more than in a synchronous one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from logging import getLogger
from typing import Final

from chain.content.store import ContentError
from chain.primitives import Hash
from pallets.federated_round.errand import UNAVAILABLE, Errand
from pallets.federated_round.memory import Memory
from pallets.federated_round.sealed import Content
from pallets.federated_round.shapes.buffer import is_waiting, versions_back
from pallets.federated_round.shapes.choice import Buffered, Hierarchical, Shape
from pallets.federated_round.shapes.types import ANY_ROUND, Tier
from pallets.federated_round.stated import Stated, stated_aggregate, stated_artifact
from pallets.federated_round.strategies import StrategyError, UpdateRefused
from pallets.federated_round.strategies.grouping import Grouping, grouping_of
from pallets.federated_round.types import Aggregate, DataCommitment, Phase, Stage
from pallets.federated_round.unlearning.bases import base_again
from pallets.frame.call import RuntimeCall, call_of
from pallets.ml_registry.artifact import Artifact, fetch

log = getLogger(__name__)

DELIVERED: Final = Hash(b"an update for whichever round   ")
"""Stands in a node's memory where a round has its seed: of updates from before the first version, which has one."""


class GroupErrand(Errand):
    """A hierarchical round: an aggregator joins its group's updates, then the root from what all groups agreed on."""

    @property
    def _grouping(self) -> Grouping:
        return grouping_of(self.strategy)

    def _make(self, stage: Stage) -> Stated:
        return self._make_group() if stage is Stage.GROUP else super()._make(stage)

    def _make_group(self) -> Stated:
        tier = self._own_tier()
        if self.round.hides:
            from pallets.federated_round.secrecy.duties import made_group  # what open rounds never load

            return made_group(self, tier.clients)
        revealed = [who for who in self.rounds.revealed(self.task_id, self.number, Stage.UPDATE) if who in tier.clients]
        found = {who: update for who in revealed if (update := self._valid_update(who)) is not None}
        invalid = tuple(who for who in revealed if who not in found)
        if not found:
            return Aggregate(None, invalid), ()
        group = self._grouping.group(list(found.values()))
        return stated_aggregate(group, None, invalid)

    def _make_aggregate(self) -> Stated:
        key = (self.task_id, self.number)
        agreed, tiers = self.rounds.groups_of_round(*key), self.rounds.tiers.get(key) or ()
        read = {number: self._read(found.model) for number, found in agreed.items() if found.model is not None}
        if self.round.hides:
            from pallets.federated_round.secrecy.tiers import alive_in, blamed_in

            left_out = tuple(each for each in alive_in(self.rounds.groups.get(key) or ()) if read.get(each) is None)
            invalid = blamed_in(agreed.values())
        else:
            left_out = tuple(
                each for each in range(len(tiers)) if each not in agreed or (each in read and read[each] is None)
            )
            joined = [found for number, found in agreed.items() if number not in left_out]
            invalid = tuple(sorted(who for found in joined for who in found.invalid))
        groups = [data for data in read.values() if data is not None]
        if not groups:
            return Aggregate(None, invalid, None, left_out), ()
        root = self._grouping.join(groups, self.rounds.samples_of(*key), self.base, self.state)
        return stated_aggregate(root.model, root.state, invalid, left_out)

    def _read(self, artifact: Artifact) -> bytes | None:
        """What a group anchored; None where it is not there, or no aggregate of a group."""
        try:
            data = fetch(self.node, artifact)
            self._grouping.check(data)
        except (*UNAVAILABLE, UpdateRefused) as problem:
            log.info("task %d, round %d: what a group agreed on: %s", self.task_id, self.number, problem)
            return None
        return data

    def _updates_are_there(self) -> bool:
        if self.round.phase not in {Phase.COMMIT_AGGREGATES, Phase.REVEAL_AGGREGATES}:
            return super()._updates_are_there()
        try:
            for found in self.rounds.groups_of_round(self.task_id, self.number).values():
                if found.model is not None:
                    fetch(self.node, found.model)
        except ContentError:
            return self.is_urgent
        except UNAVAILABLE:
            return True  # no waiting makes these valid
        return True

    def _own_tier(self) -> Tier:
        for tier in self.rounds.tiers.get((self.task_id, self.number)) or ():
            if self.node.account in tier.aggregators:
                return tier
        raise StrategyError("an aggregator of no group")

    def _reveal_call(self, content: Content, salt: bytes) -> RuntimeCall:
        if self.round.phase is Phase.REVEAL_GROUPS and isinstance(content, Aggregate):
            reveal = self.rounds.reveal_group
            return call_of(reveal, task=self.task_id, number=self.number, aggregate=content, salt=salt)
        return super()._reveal_call(content, salt)


class BufferErrand(Errand):
    """A buffered round: a client delivers in any phase, as soon as there is a version that it has not learnt from."""

    def run(self) -> None:
        """Do what the phase asks of the account, and train if there is something new."""
        match self.round.phase:
            case Phase.COMMIT_UPDATES:
                pass  # whoever delivers has committed
            case Phase.REVEAL_UPDATES:
                self._reveal_delivery()
            case _:
                super().run()
        self._deliver()

    def _offered_data(self) -> DataCommitment | None:
        """Nothing at enrolment, which is for those who do duties: clients come by themselves."""
        return None

    def _deliver(self) -> None:
        who = self.node.account
        if who == self.task.owner or not self.operator.joins(self.task_id):
            return
        if self.rounds.config.stakes.active(who) < self.task.terms.minimum_stake:
            return
        again = self.rounds.redone.get((self.task_id, self.number))
        if again is None and is_waiting(self.rounds, self.task_id, who):
            return
        taken = self.rounds.taken.get((self.task_id, self.number, who))
        newest = self.rounds.config.models.model(self.task.model).latest
        if taken is not None and (again is not None or taken.base == newest):
            return  # no news
        if again is not None and self.round.phase is not Phase.COMMIT_UPDATES:
            return
        data = super()._offered_data()
        if data is None:
            return
        base = newest if again is None else base_again(self.rounds, self.task_id, again, who)
        memory = self._memory_of(base)
        secret = memory.recall_or_keep(Stage.UPDATE, partial(self._make_delivery, base))
        deliver, seal = self.rounds.deliver, memory.seal(Stage.UPDATE, secret)
        self.submit(b"deliver", call_of(deliver, task=self.task_id, base=base, data=data, seal=seal))

    def _make_delivery(self, base: Hash | None) -> Stated:
        local = self.operator.data
        assert local is not None, "only who has data is asked for an update"
        begun = None if base is None else fetch(self.node, self.rounds.config.models.version(base).artifact)
        update = self.trained(local.data, bytes(DELIVERED), begun)
        return stated_artifact(update)

    def _reveal_delivery(self) -> None:
        who, key = self.node.account, (self.task_id, self.number)
        taken, ballot = self.rounds.taken.get((*key, who)), self.rounds.ballots.get((*key, Stage.UPDATE, who))
        if taken is None or ballot is None or ballot.revealed is not None:
            return
        memory = self._memory_of(taken.base)
        secret = memory.recall(Stage.UPDATE)
        if secret is None or memory.seal(Stage.UPDATE, secret) != ballot.seal:
            log.warning("task %d, round %d: another worker delivered for this account", *key)
            return
        for attachment in secret.attachments:
            update = self.publish(attachment)
            reveal = self.rounds.reveal_delivery
            self.submit(
                b"reveal delivery", call_of(reveal, task=key[0], number=key[1], update=update, salt=secret.salt)
            )

    def _memory_of(self, base: Hash | None) -> Memory:
        """What the node remembers of the update that begins from a version; one that was in vain is sent again."""
        return Memory(self.node, self.task_id, ANY_ROUND, base or DELIVERED)

    def forget_previous(self) -> None:
        super().forget_previous()
        shape = self.task.terms.shape
        most = shape.largest_staleness if isinstance(shape, Buffered) else 0
        for base in versions_back(self.rounds.config.models, self.round.base, most + 2)[most + 1 :]:
            self._memory_of(base).forget()


ERRANDS: Final[Mapping[type[Shape], type[Errand]]] = {Hierarchical: GroupErrand, Buffered: BufferErrand}
"""How rounds of a shape are gone through."""
