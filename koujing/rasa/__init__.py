"""Rasa around the core: its components, and how its servers are run."""
