"""Maps on paper: PNG and SVG of plain frames, the same bytes for the same frames."""
