"""Where to go: stops, a plan for the evening, and an independent check of it. Pure."""
