"""Facilities that want mending."""

from data_access.metric import Ratio
from data_access.sources.facilities import broken_facilities, facilities
from data_access.words import T

METRIC = Ratio(
    key="facilities_damaged",
    title=T("部件破损率", "Facilities damaged"),
    help=T(
        "每千个部件中，破损、丢失或废弃的个数", "Of each thousand facilities, those damaged, lost or abandoned"
    ),
    unit=T("‰", "per 1,000"),
    good="low",
    decimals=1,
    scale=1000.0,
    numerator=broken_facilities,
    denominator=facilities,
    order=130,
)
