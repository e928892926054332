"""Where scheduled reports go: a folder, e-mail, an address that they are posted to."""
