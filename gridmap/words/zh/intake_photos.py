"""Words of photos."""

WORDS = {
    "pixels": "{file}：共 {found} 像素；最多读取 {allowed} 像素，请缩小后再存",
    "no_picture": "{file}：内容不是 {format} 格式的图片；请另存为 JPEG",
}
