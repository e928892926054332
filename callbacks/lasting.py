"""Assets whose address tells which file they are: browsers keep them, and ask for them once."""

from pathlib import Path

from flask import Flask, Response, request

from callbacks.endpoints import FOR_EVER

VENDOR = "vendor/"
"""Where files have their version in their name."""


def register(server: Flask, folder: Path) -> None:
    """Have the server say so of the assets in `folder`.

    Dash names the time of a file's last change in its address; where that is another by now, as while a release is
    rolled out, the answer is of no use for later.
    """

    @server.after_request
    def lasting(response: Response) -> Response:
        name = (request.view_args or {}).get("filename", "")
        if request.endpoint == "_dash_assets.static" and response.status_code in (200, 304):
            changed = request.args.get("m")
            if name.startswith(VENDOR) or changed and changed == str((folder / name).stat().st_mtime):
                response.headers["Cache-Control"] = FOR_EVER
        return response
