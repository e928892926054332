"""Walls as a browser has them, on boards of their own: without a real server."""

import json

from flask import Flask
from moments import EPOCH

from callbacks import walls
from ingest.pipeline import submit_lines

FILE = """\
walls:
  - key: duty
    title: {zh: 值班, en: Duty}
    screens:
      - {key: main, title: Main, canvas: 32x9, layout: map}
      - {key: odd, title: Odd, layout: mop}
    scenes:
      - {key: city, title: {zh: 全市, en: City}, view: "/?metric=overdue", seconds: 40}
      - {key: gone, title: Gone, view: /unit/9999}
      - {key: jinshui, title: Jinshui, view: "/unit/410105?window=7d&lang=en", layout: figures, seconds: 20}
      - {title: Named, view: "/?metric=overdu&layers=cases,vidio&level=distict&networks=iott&types=e9000"}
      - {title: Parts, view: "/?metrc=overdue&window=8d&unit=410105"}
      - {title: Page, view: /networks}
      - {title: Layout, view: /, layout: figure}
      - {title: Area, view: "/?area=1,1;1,2;2,2"}
      - {title: Compare, view: "/?compare=metric:nothing"}
      - {title: Kinds, view: "/?layers=iot:nothing"}
  - {key: bad, title: Bad, lang: en, theme: paper, scenes: [{title: All wrong, view: "/?metric=x"}]}
  - {key: other, title: Other, scenes: [{title: One, view: /}]}
"""


class Wall:
    """The wall `duty`, as a browser has it."""

    def __init__(self, city, clock, declared, key="duty"):
        server = Flask("walls")
        self.city, self.clock, self.key = city, clock, key
        self.boards = walls.register(server, city, declared)
        self.browser = server.test_client()

    def state(self, key=None):
        answer = self.browser.get(f"/wall/{key or self.key}/state")
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def send(self, what, method="post", **body):
        answer = self.browser.open(f"/wall/{self.key}/{what}", method=method, json=body)
        return answer.status_code, answer.get_json()

    def check_again(self):
        """As when so much time has passed that scenes are looked into anew."""
        one = self.boards[self.key]
        one._checked = (one._checked[0], 0.0, one._checked[2])

    def turn(self, key=None):
        told = self.state(key)
        return told["scenes"][told["turn"]["scene"]]["key"], told["turn"]["since"] - EPOCH


def walls_of(wall):
    return [one.wall for one in wall.boards.values()]


def critical(wall, case_id, before):
    kind = wall.city.profile.types[0]
    line = {"case_id": case_id, "step": "reported", "at": wall.clock.at - before, "type": kind.key, "leaf": 3}
    sent = [json.dumps(line | {"severity": 3, "source": "hotline"})]
    assert submit_lines(wall.city, "urban_patrol", "case_step", sent, case_id).accepted == 1
