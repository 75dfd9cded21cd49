"""Several of each process behind nginx on one machine, and releases that replace each other without a failed request."""
