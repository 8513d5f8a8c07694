"""The commands, one module each: `chain`, `content`, `demo`, `dev`, `new`, `replay`, `spec`, `version`, `worker`."""
