"""Sentences about photos."""

WORDS = {
    "pixels": "{file}: {found} pixels; at most {allowed} are read, save it smaller",
    "no_picture": "{file}: its content is no picture of the format {format}; save it again as a JPEG",
}
