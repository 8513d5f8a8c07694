"""The methods, one module for each namespace.

`rpc`, `system`, `chain`, `state`, `childstate`, `author`, `payment`, `offchain`, `engine` are what Substrate's nodes
have had from the beginning.
"""
