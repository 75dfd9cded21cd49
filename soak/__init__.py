"""Faults under load: senders who keep books, a stack that is hurt on purpose, and the balance at the end. See docs/reliability.md."""
