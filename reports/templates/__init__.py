"""The reports, one file each: a file here that declares REPORT is offered by command, schedule and page."""
