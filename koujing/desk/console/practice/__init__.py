"""Practice (练习): a new operator chooses the caliber for past questions, and sees the proof after each."""
