"""The door for HTTP: endpoints, access, standards and the web page."""
