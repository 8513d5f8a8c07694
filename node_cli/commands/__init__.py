"""The commands, one module each: `demo`, `dev`, `new`, `replay`, `spec`, `version`."""
