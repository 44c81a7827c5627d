"""Home: my work today."""
