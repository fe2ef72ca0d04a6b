"""Refusals of figures."""

WORDS = {
    "unknown_figure": "{figure} is no figure: `gridmap figures --json` lists those there are.",
}
