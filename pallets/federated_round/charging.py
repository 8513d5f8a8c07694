"""What rounds cost the privacy of whoever trains: charged at enrolment, given back where nothing was shown."""

from __future__ import annotations

from chain.primitives import AccountId, Hash
from pallets.federated_round.noise import cost_of
from pallets.federated_round.secrecy.choice import Open
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import RoundNumber, Stage, TaskId, Terms
from pallets.privacy_budget.types import Data, Trainer


def cost_of_round(terms: Terms) -> int | None:
    """The most that a round can cost each client, in units of `privacy_budget`, rounded up; None: there is no bound."""
    costs = [cost_of(terms.noise)]
    if not isinstance(terms.secrecy, Open):
        from pallets.federated_round.secrecy.queries import largest_cost  # what open rounds never load

        costs.append(largest_cost(terms))
    return min((cost for cost in costs if cost is not None), default=None)


def charge(rounds: RoundStorage, who: AccountId, root: Hash, terms: Terms) -> None:
    """Charge a client for a round's update before it is drawn, and note who names the data; raises BudgetExceeded.

    Before, because several rounds can run at once: together they shall not spend more than there is.
    """
    rounds.name_data(root, who)
    if rounds.config.budgets is not None:
        rounds.config.budgets.charge(who, root, cost_of_round(terms))


def affords(rounds: RoundStorage, who: AccountId, root: Hash, terms: Terms) -> bool:
    """Whether a client's enrolment would not be refused for what a round costs."""
    budgets, cost = rounds.config.budgets, cost_of_round(terms)
    return budgets is None or all(budgets.affords(subject, cost) for subject in (Trainer(who), Data(root)))


def give_back(rounds: RoundStorage, key: tuple[TaskId, RoundNumber], terms: Terms) -> None:
    """Take back what was charged to everybody who was not drawn, or showed no update."""
    if rounds.config.budgets is None:
        return
    shown, cost = rounds.revealed(*key, Stage.UPDATE), cost_of_round(terms)
    for who in sorted(place[2] for place in rounds.enrolments.iter_keys(key) if place[2] not in shown):
        enrolment = rounds.enrolments.get((*key, who))
        if enrolment is not None and enrolment.data is not None:
            rounds.config.budgets.give_back(who, enrolment.data.root, cost)
