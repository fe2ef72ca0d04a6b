"""WHAT PEOPLE DO: one errand a file, one transaction each. The acting person comes first."""
