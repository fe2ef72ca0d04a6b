"""Words of the errands about collections."""

WORDS = {
    "no_collection": "there is no collection of this name for you; use one of {allowed}",
}
