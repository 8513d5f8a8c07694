"""Kinds of models that a federation can learn: what clients make of them, how updates are joined, what they are worth.

Reading order:
  learner    what a federation asks of a kind
  weighted   what averages and networks have in common
  averages   linear models, averaged by a server's rule
  forests    trees that are merged, as many of each client as it likes or as its quota says
  boosting   trees that correct the model, each client's for its share
  networks   networks of one hidden layer, averaged or joined by a server's rule
"""
