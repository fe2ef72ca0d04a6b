"""Headers about the service counter."""

WORDS = {
    "services": "service items",
}
