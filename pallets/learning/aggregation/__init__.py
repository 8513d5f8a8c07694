"""What a server makes of a mean, and clients of a start: the federated optimisers in integers. Pure Python.

Weights have 24 fractional bits, rates 32. A step reads sums over clients and nothing of their order; every rounding is
toward zero and happens where its module says. `averaging` above this folder gives the mean that these start from.

Reading order:
  rates               hyperparameters as fixed-point integers, and the checks that all steps share
  momentum            FedAvgM
  optimiser_state     what FedAvgM and the adaptive ones remember between rounds, and its bytes
  adaptive            FedAdam, FedYogi, FedAdagrad
  fairness            qFedAvg
  control_variates    SCAFFOLD
  client_descent      steps of a client: plain, FedProx's and SCAFFOLD's
  hierarchical        groups first, then the root
  asynchronous        buffered rounds with staleness weights
  column_sums         sums of large updates that were checked when they arrived                          [numpy]
"""
