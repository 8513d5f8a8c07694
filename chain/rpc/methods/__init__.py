"""The methods, one module for each namespace: `rpc`, `system`."""
