"""Words about posts that come again and edits of what has changed."""

WORDS = {
    "changed_since": "it has changed since you saw it; look at it again, then change it",
    "key_form": "{argument}: use 1 to {longest} printable ASCII characters, another key for each thing to be done",
    "key_of_other": "{argument}: this key came before with something else; use a new key",
    "key_at_work": "what came first with this key is still at work; ask again in {seconds} seconds",
}
