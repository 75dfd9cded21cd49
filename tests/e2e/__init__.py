"""The whole product in its own processes, asked from outside."""
