"""Words of the gaps: kinds, and the reason of each."""

WORDS = {
    "duplicate_kind": "gap kind {kind}: two files declare it; each kind is one file with a name of its own",
    "unknown_kind": "gap kind {kind}: nobody computes it; use one of {allowed}",
}
