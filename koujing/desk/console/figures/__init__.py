"""Figures (数据): what was asked, how it was answered, and what had to be passed on to a person."""
