"""How cells are mended: the tiling of the ground first, then the parents that follow it."""
