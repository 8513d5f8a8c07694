"""A chain from the outside, by metadata alone: what notebooks and tests use; knows no pallet.

`connect` (a client for a URL) and `client` (everything by name); `transactions`, `storage`, `questions` and `blocks`
(what the names stand for), `namespace`, `rows` and `units` (how it looks), `values` (what people hand over and read),
`told` (what happened to a state, as JSON), `control` and `remote_control` (of a development chain), `dispatch_errors`
and `errors`; below, `runtimes` (metadata by block), `endpoint` and `answers` (a node's methods as values), `json_rpc`
(one request, its reply), and the ways to a server: `direct`, `http`, `websocket`.
"""
