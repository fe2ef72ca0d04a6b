"""The door for a terminal: one file a group of commands."""
