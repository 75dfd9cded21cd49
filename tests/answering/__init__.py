"""The answering core on the real policies."""
