"""The Chinese catalogue: one module a room."""
