"""The page an operator works in during a call, its suggestions, and the live transcript."""
