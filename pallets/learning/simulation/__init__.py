"""A federation of virtual clients in one process, without a chain, with a clock that only the simulation moves.

One seed gives one report, on any backend and with any number of jobs. The rules of drawing, publishing and paying are
those of the pallets; what is told of money is in millionths of a round's pot.

Reading order:
  population     virtual clients: rows, stakes, speed, attacks
  clock          who delivers before the deadline
  rules          how a server joins updates: the optimisers and the robust rules by name
  servers        the same, and those whose clients have a part: FedProx, SCAFFOLD, qFedAvg
  clipping       steps cut to the length of the middle one
  judging        what coalitions, and clients, are worth
  learners       the kinds of models: linear ones, forests, boosted trees, networks
  training       what one client makes in one round, honest or not
  payment        rules of payment, and the one under which dishonesty does not pay
  federation     the rounds
  backends       where jobs run: this process, joblib's, Dask, Ray
  selection      how far a lottery's seats are from stake
  attack_runs    one attack against one strategy
  attack_table   all of them
  attack_document  the document of the tables
  attack_figures   its figures, of which parts are played again
"""
