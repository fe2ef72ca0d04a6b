"""Words of the errand about vector tiles."""

WORDS = {
    "no_tile": "没有这个瓦片：缩放级别为 0 至 {last}，行列号从 0 到 2 的级别次方减 1",
    "many_collections": "一个瓦片最多包含 {most} 个集合；其余请另作瓦片请求",
}
