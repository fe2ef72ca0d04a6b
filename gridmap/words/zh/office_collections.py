"""Words of the errands about collections."""

WORDS = {
    "no_collection": "没有您可用的这个集合；可用：{allowed}",
}
