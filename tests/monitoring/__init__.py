"""Central monitoring."""
