"""The summary of a load, as text for the terminal."""

from ingest.reasons import REASONS
from ingest.summary import EXAMPLES


def printed(summary: dict) -> str:
    """What `jingwei load` did: the city's size, each file's counts, the reasons of refusal with examples."""
    units = ", ".join(f"{n:,} {level}" for level, n in summary["units"].items())
    lines = [f"City {summary['city']}: {units}; {summary['leaves']:,} leaves, {summary['zones']} zones."]
    lines[0] += " Built." if summary["built"] else " Already there."
    for file in summary["files"]:
        lines += [_counts(file["file"], file), *_refused(file)]
        if file["error"]:
            lines.append(f"    stopped: {file['error']}")
    for overlay in summary["overlays"]:
        lines += [_counts(f"overlay {overlay['key']} ({overlay['file']})", overlay), *_refused(overlay)]
        if overlay["error"]:
            lines.append(f"    not taken: {overlay['error']}")
        lines += [f"    {note}" for note in overlay["notes"]]
    lines += [f"warning: {text}" for text in summary["warnings"]]
    if summary["others"]:
        lines.append(f"{len(summary['others'])} outlines or members were refused; see `jingwei rejects`.")
        lines += [f"{_example(r)} ({REASONS[r['reason']].en})" for r in summary["others"][:EXAMPLES]]
    return "\n".join(lines)


def _counts(name: str, counts: dict) -> str:
    return f"  {name}: " + ", ".join(f"{n:,} {word}" for word, n in counts.items() if isinstance(n, int))


def _refused(counts: dict) -> list[str]:
    lines = []
    for reason, n in sorted(counts["reasons"].items(), key=lambda r: -r[1]):
        lines.append(f"    {n:>8,}  {reason}: {REASONS[reason].en}")
        lines += [_example(r) for r in counts["examples"] if r["reason"] == reason]
    return lines


def _example(reject: dict) -> str:
    return f"              {reject['source']}:{reject['line']}: {reject['detail']}"
