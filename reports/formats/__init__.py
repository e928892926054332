"""The formats of files, one file each: a file here that declares FORMAT is offered."""
