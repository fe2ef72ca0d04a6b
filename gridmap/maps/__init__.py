"""WHAT IS SEEN: maps and map files of frames."""
