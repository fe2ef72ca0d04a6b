"""Map pages: one file each, that a browser opens with no network."""
