"""What is measured of the programs, in Prometheus's own form. Knows nothing of what it measures."""
