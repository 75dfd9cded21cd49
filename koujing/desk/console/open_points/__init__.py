"""Open points (待明确事项): what the notices leave open, who owns it, who asked, and the office's answer."""
