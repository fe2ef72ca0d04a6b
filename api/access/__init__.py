"""Who asks, and what everybody is asked to keep: sessions, tokens, limits, freshness."""
