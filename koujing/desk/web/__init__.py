"""The website's side of the desk: the chat page, the widget and their API."""
