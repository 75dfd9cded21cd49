"""Rasa actions: thin adapters that read slots and call the core."""
