"""Differential privacy: who could be recognised in a model, bounded, counted and budgeted.

Noise protects only while it is secret, so it is never agreed on and never derived from the chain; what the chain holds
are the terms and what each client has spent, in integers. The accountants work in floats, off chain, and round
against the client.

Reading order:
  refusals             what privacy code refuses, by type
  discrete_gaussian    exact samples of the discrete Gaussian, in integers
  noise_table          many samples at once                                                          [numpy]
  mechanisms           noise by the server (central), by each client (local), or in shares inside
                       secure aggregation                                                            [numpy]
  skellam              noise whose shares add up to noise of the same kind, and its accounting     [numpy]
  clipping             the adaptive clip, in integers
  rdp                  accounting by Rényi divergence
  pld                  accounting by the distribution of the privacy loss: tighter, slower           [numpy]
  budget               what rounds cost, in integers: the units of the chain's ledger (`privacy_budget`)
"""
