"""One file a kind of gap: each declares `KIND`."""
