"""Tickets (工单): opened from conversations, calls and requests to be called back, answered by an office, told to the citizen."""
