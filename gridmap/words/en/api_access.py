"""Words about who may come in over HTTP."""

WORDS = {
    "origin": "this was sent by a page of another site, or by a browser that does not say of which; open the office's own page",
    "no_tls": "others could read what is sent here; open this address with https://",
    "session_wanted": "this is for who has signed in with a password; a token does not do",
    "oidc_off": "this office has no identity provider; set oidc_issuer and oidc_client_id in settings.toml and {variable} in the"
    " environment of the service",
    "oidc_absent": "the service is installed without what speaks to an identity provider; install gridmap-office[oidc]",
    "oidc_unreachable": "the identity provider does not answer as it should; try again, or sign in with a password",
    "oidc_failed": "the sign-in at the identity provider came to nothing, or took too long; begin again",
    "signed_in": "Signed in: go on",
}
