"""What `gridmap serve` says."""

WORDS = {
    "help.serve": "Serve the office over HTTP, until told to stop.",
    "serve.port": "the port to listen on; 0 takes a free one",
    "serve.host": "the address to listen on; another than the loopback belongs behind a TLS proxy",
    "serve.workers": "how many processes answer",
    "column.password": "password",
    "column.cadre": "cadre",
    "serve.at": "The office is served at {address}; stop it with Ctrl+C.",
}
