"""A stand-in for the WeChat platform on this machine: it plays followers' phones to the desk, for tests and for training.

Its view of a callback and of a reply is its own and shares no code with the desk, so that each checks the other.
"""
