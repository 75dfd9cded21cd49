"""Review and learning (复核): turns to look at, what is right, and the patches made of it."""
