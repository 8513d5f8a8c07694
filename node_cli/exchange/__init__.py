"""The verbs of `palletlab exchange`, which need no more of a chain than its metadata.

Reading order: `planning` (what a new exchange fixes), `recorded` (what the chain has of exchanges), `telling` (that in
words and in JSON), `acting` (the calls of owners and members).
"""
