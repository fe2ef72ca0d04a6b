"""Dapeng, made up by a seed: ground, cells, streets, lamps, premises and people of a sub-district on a coast.

It stands at about Dapeng's place (114.45 to 114.55 E, 22.57 to 22.65 N) under the public division codes of its seven
communities; its geometry, its streets, its premises and its people are invented. That a big cell is a community is an
assumption.
"""
