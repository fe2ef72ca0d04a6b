"""WHAT IS MISSING: one shape for every finding, one file a kind. Pure."""
