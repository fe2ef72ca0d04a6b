"""Mapbox Vector Tiles 2.1 of frames, encoded by numpy: many features at once, none by itself."""
