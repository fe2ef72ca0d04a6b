"""Words about accounts and passwords."""

WORDS = {
    "not_everywhere": "the role {role} may {act}, but only with scope everywhere; ask an administrator of the whole office",
    "password_length": "the password: give {shortest} to {longest} characters; a sentence is good",
    "password_plain": "the password: it repeats too few characters; use at least {fewest} different ones",
    "password_name": "the password: the account's name stands in it; leave it out",
    "password_characters": "the password: it holds control characters; type it again",
}
