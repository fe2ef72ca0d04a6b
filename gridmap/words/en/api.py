"""Words of the service."""

WORDS = {
    "bad_request": "the request cannot be read; look at its address, headers and body",
    "no_such_page": "there is nothing at this address; /openapi.json lists what there is",
    "no_such_method": "this address does not take this method; /openapi.json lists those it takes",
    "unforeseen": "something failed here that should not have; tell the administrator the number of the request",
    "missing": "{where} is missing",
    "not_valid": "{where} is not as it should be: {rule}",
    "sort": "{argument} names no column of this list; use one of {allowed}, with - before it from high to low",
    "after": "{argument} is not of this list; take the address from `next` of the page before",
    "place": "give either lon and lat, or cell",
    "match_wanted": "say which state you change: send the ETag you saw as If-Match",
    "too_large": "the body is larger than {megabytes} MB",
    "too_many": "too many requests; wait {seconds} seconds",
}
