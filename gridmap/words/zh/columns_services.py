"""Headers about the service counter."""

WORDS = {
    "services": "服务事项",
}
