"""Words about who may come in over HTTP."""

WORDS = {
    "origin": "this was sent by a page of another site, or by a browser that does not say of which; open the office's own page",
    "no_tls": "others could read what is sent here; open this address with https://",
    "session_wanted": "this is for who has signed in with a password; a token does not do",
}
