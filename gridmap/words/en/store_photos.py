"""Sentences of the store about photos."""

WORDS = {"unknown_photo": "photo {photo}: there is none of this number. See: gridmap issues photos"}
