"""The commands, one module each: `demo`, `new`, `replay`, `version`."""
