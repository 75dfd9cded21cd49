"""Fuzzing of everything that the public, the platform, an operator or a file can put in. `make fuzz` runs it whole."""
