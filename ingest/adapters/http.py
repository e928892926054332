"""Feeds that send: ``POST /ingest/{feed}``, NDJSON or CSV, with a token of the feed's own."""

from data_access.words import T
from ingest.adapters import Adapter
from ingest.cityparts import Part
from ingest.secret import Variable


class HttpSource(Part):
    """`token_env` names the environment variable with the token that senders must show."""

    token_env: Variable


ADAPTER = Adapter(
    key="http",
    title=T("HTTP 推送", "Sent by HTTP"),
    help=T(
        "数据源把 NDJSON 或 CSV 发到 /ingest/{feed}，每个数据源有自己的令牌",
        "The source posts NDJSON or CSV to /ingest/{feed}, each feed with a token of its own",
    ),
    settings=HttpSource,
)
