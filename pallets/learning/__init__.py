"""The learning core: integer forests, averaging, contribution. It knows no chain, and the chain may trust its bytes.

Everything that a runtime decides is integer and pure Python; numpy appears in the trainers only, because training
happens in offchain workers. Two machines given the same seed and rows produce the same bytes.

Reading order:
  numbers        fixed_point, stream (seeded draws), quantise (features to 16-bit integers), decoding (strict readers)
  forests        forest (records), forest_codec (canonical bytes), prediction, leaf_masks (fast prediction),
                 forest_proof (predictions checked against 32 bytes), forest_federation (whose trees are whose)
  forest trainer training_rows, binning, split_search, tree_growth, forest_training,
                 batch_prediction (whole tables)                                                       [numpy]
  boosting       trees that correct each other, and rounds in which clients add them (folder)          [numpy]
  averaging      averaging (pure), array_averaging [numpy], linear_model (records, bytes, prediction),
                 sigmoid, linear_training, linear_corrections (FedProx, SCAFFOLD) [numpy],
                 moves (updates in two or four bytes a weight), network_rounds (networks as arrays)       [numpy]
  aggregation    FedAvgM to SCAFFOLD, hierarchical and asynchronous rounds (folder)
  proxy_exchange private and proxy models that teach each other, shown to peers on a ring (folder)          [numpy]
  robust         median to Bulyan, each with the number of adversaries that it withstands (folder)         [numpy]
  unlearning     averaged models replayed without a client
  secrecy        secure_aggregation (exact sums of hidden updates; folder), privacy (noise, accounting and
                 budgets; folder)                                                                      [numpy]
  families       estimators: trees to support vectors, trained by scikit-learn, asked in integers (folder)
  sending        compression (fewer bytes with a stated error)                                         [numpy]
  judging        metrics, contribution (exact Shapley values, payouts), sampled_contribution (for many clients),
                 payment (scores that are paid by)
  simulating     datasets, air_quality, synthetic, partition and partitioner (who holds which rows), attacks (who
                 lies; folder), simulation (a thousand virtual clients, attacks against strategies; folder) [numpy]
"""
