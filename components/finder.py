"""The search box of the header. It stands beside what is drawn anew, so that nothing of it is ever lost."""

import json

from components import ids
from components.plain import Plain
from data_access.queries.find import LONGEST
from data_access.words import LANGS, T

TEXTS = {
    "label": T("查找", "Find"),
    "prompt": T("查找单元、案件、设备、地址", "Find a unit, case or address"),
    "busy": T("正在查找…", "Searching…"),
    "failed": T("暂时无法查找，请检查连接后再试。", "Searching failed; check the connection and try again."),
    "count": T("{n} 条结果", "{n} found"),
}
GLASS = ["path", {"d": "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4 3.9 3.9"}]


def finder() -> Plain:
    """The box and the list of what is found, as `assets/find.js` fills them; its texts in both languages."""
    texts = {lang: {name: text(lang) for name, text in TEXTS.items()} for lang in LANGS}
    box = {
        "type": "text",
        "role": "combobox",
        "autoComplete": "off",
        "spellCheck": "false",
        "enterKeyHint": "go",
        "maxLength": LONGEST,
        "aria-label": TEXTS["label"](LANGS[0]),
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": ids.FOUND,
    }
    glass = ["svg", {"viewBox": "0 0 16 16", "aria-hidden": "true"}, GLASS]
    found = ["div", {"className": "finder-list", "id": ids.FOUND, "role": "listbox"}]
    status = ["p", {"className": "finder-status", "role": "status"}]
    field = ["div", {"className": "finder-field"}, glass, ["input", box], ["kbd", {"aria-hidden": "true"}, "/"]]
    sheet = ["div", {"className": "finder-sheet", "hidden": True}, found, status]
    outer = {"className": "finder", "id": ids.FINDER, "role": "search", "data-texts": json.dumps(texts)}
    return Plain(["div", outer, ["div", {"className": "finder-wide"}, field, sheet]])
