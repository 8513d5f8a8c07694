"""The commands, one module each: `demo`, `replay`, `version`."""
