"""Words about posts that come again and edits of what has changed."""

WORDS = {
    "changed_since": "内容在您查看之后已有变化；请重新查看后再修改",
    "key_form": "{argument}：请使用 1 至 {longest} 个可打印的 ASCII 字符，每件事各用一个键",
    "key_of_other": "{argument}：此键此前用于其他内容；请换一个新键",
    "key_at_work": "此键的首个请求仍在处理；请在 {seconds} 秒后再试",
}
