"""Learning together without an aggregator: every client has a private model, and a proxy that it shows to its peers.

Reading order: `ring` (who hears whom), `mixing` (two proxies made one), `mutual_training` (a private and a proxy model
teach each other; needs numpy). Noise on a proxy is that of `privacy.mechanisms`.
What a client answers with afterwards is its proxy, mixed with what it heard last: where rows are skewed, that knows
what only others have seen. The private model stays near its own rows.
Source: Kalra, Wen, Cresswell, Volkovs, Tizhoosh 2023, "Decentralized federated learning through proxy model sharing".
"""
