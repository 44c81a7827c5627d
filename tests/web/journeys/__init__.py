"""The trial in a real browser: each journey is what one person, or several, do in their day."""
