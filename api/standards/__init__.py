"""Doors that other programs know: OGC API Features, CQL2, vector tiles."""
