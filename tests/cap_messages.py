"""CAP messages for tests."""

from datetime import UTC, datetime

CAP = "urn:oasis:names:tc:emergency:cap:1.2"


def moment(at):
    """An epoch second as CAP writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def box(west, south, east, north):
    """A polygon in CAP's order: latitude first."""
    corners = [(south, west), (south, east), (north, east), (north, west), (south, west)]
    return "<polygon>" + " ".join(f"{lat:.5f},{lon:.5f}" for lat, lon in corners) + "</polygon>"


def info(event="Flood", area="", language="en", severity="Severe", **more):
    """One info block."""
    told = {"category": "Met", "event": event, "urgency": "Immediate", "severity": severity}
    told |= {"certainty": "Observed", **more}
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
    return f"<info><language>{language}</language>{fields}<area><areaDesc>here</areaDesc>{area}</area></info>"


def message(identifier, sent, *infos, kind="Alert", status="Actual", references="", sender="met@example.org"):
    """One CAP 1.2 message; `sent` in epoch seconds, `references` of (identifier, sent)."""
    named = " ".join(f"{sender},{name},{moment(at)}" for name, at in references) if references else ""
    refers = f"<references>{named}</references>" if named else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><alert xmlns="{CAP}"><identifier>{identifier}</identifier>'
        f"<sender>{sender}</sender><sent>{moment(sent)}</sent><status>{status}</status><msgType>{kind}</msgType>"
        f"<scope>Public</scope>{refers}{''.join(infos)}</alert>"
    )
