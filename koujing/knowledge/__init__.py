"""The knowledge as data: notices, clauses, facts, regions, parameters, provisions and calibers, loaded and validated."""
