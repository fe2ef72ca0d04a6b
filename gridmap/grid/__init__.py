"""WHERE: cells, codes, checking, repair, linking, coordinate systems. Pure."""
