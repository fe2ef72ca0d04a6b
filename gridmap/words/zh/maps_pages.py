"""Words of map pages as they are served."""

WORDS = {
    "page_scripts": "{argument}：内含 {count} 段脚本，应为 {allowed} 段；有一段是随他人文字进入的",
}
