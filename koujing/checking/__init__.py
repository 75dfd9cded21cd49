"""Checks of the policy data: cases, coverage of the notices, mutants. Run by `koujing check` and `koujing coverage`."""
