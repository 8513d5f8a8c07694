"""Gradient boosting in integers: trees that correct what the trees before them left, by one client or by many.

Reading order: `model` (records and prediction), `model_codec` (canonical bytes), `proof` (predictions checked against
32 bytes), `rounds` (bagging, and clients in turn), `training` (the only one that needs numpy).
"""
