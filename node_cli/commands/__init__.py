"""The commands, one module each: `chain`, `demo`, `dev`, `new`, `replay`, `spec`, `version`."""
