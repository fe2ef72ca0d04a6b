"""The English catalogue: one module a room."""
