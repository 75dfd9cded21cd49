"""The public process: takes messages in, asks Rasa, keeps receipts, and hands out replies as the core made them."""
