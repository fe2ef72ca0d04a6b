"""A year of the made-up Dapeng: visits, issues and what became of them, drawn by a seed.

Drawn here on plain values; `replay` takes it through the errands evening by evening, as any office enters its ledger.
"""
