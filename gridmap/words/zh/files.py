"""Words of writing files."""

WORDS = {
    "no_folder": "{file}：所在文件夹不存在，请先建立",
    "is_folder": "{file}：是文件夹，请写明其中的文件名",
}
