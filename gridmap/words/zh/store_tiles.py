"""Words of the tiles that a database cuts."""

WORDS = {
    "cuts_no_tiles": "该库保存在文件中；其瓦片由 gridmap 自行切分",
}
