"""Conversations of all channels: seen live, taken over, answered by a person, handed back."""
