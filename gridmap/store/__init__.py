"""WHAT IS KEPT: tables, queries and migrations. The only SQL of the house."""
