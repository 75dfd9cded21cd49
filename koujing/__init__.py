"""Koujing 口径: answers employment-policy questions in one approved wording, by rules, with the clause behind every figure."""
