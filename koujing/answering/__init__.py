"""From an understood question to a Reply: the right caliber or verdict, with citations, windows and what to ask next."""
