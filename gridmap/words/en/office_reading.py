"""Words of the errands that look in layers."""

WORDS = {
    "no_field": "layer {layer}: there is no field {field}; use one of {allowed}",
    "search_short": "the text to look for is too short; give at least {length} characters besides spaces",
}
