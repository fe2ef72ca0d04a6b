"""Words of writing files."""

WORDS = {
    "no_folder": "{file}: its folder is not there; make it first",
    "is_folder": "{file}: is a folder; name a file in it",
}
