"""The WeChat Official Account: callbacks let in and understood, answers made exactly once, shown as the website shows them."""
