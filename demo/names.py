"""Names and ids of all units: real Chinese names made short, and readable English ones by Hanyu Pinyin."""

import re
from functools import lru_cache

import numpy as np
from pypinyin import lazy_pinyin, load_phrases_dict

from data_access.words import T
from demo import sources
from demo.tree import Tree

CITY = T("郑州市", "Zhengzhou")
DISTRICTS = {
    "410102": T("中原区", "Zhongyuan District"),
    "410103": T("二七区", "Erqi District"),
    "410104": T("管城回族区", "Guancheng Hui District"),
    "410105": T("金水区", "Jinshui District"),
    "410106": T("上街区", "Shangjie District"),
    "410108": T("惠济区", "Huiji District"),
    "410122": T("中牟县", "Zhongmu County"),
    "410181": T("巩义市", "Gongyi City"),
    "410182": T("荥阳市", "Xingyang City"),
    "410183": T("新密市", "Xinmi City"),
    "410184": T("新郑市", "Xinzheng City"),
    "410185": T("登封市", "Dengfeng City"),
}
SPECIAL_KINDS = (
    T("学校", "school"), T("医院", "hospital"), T("园区", "business park"), T("商圈", "shopping area"),
    T("市场", "market"), T("楼宇", "office block"), T("机关", "public office"), T("景区", "scenic area"),
)  # fmt: skip

READINGS = {"祭城": "zhai cheng", "石佛": "shi fo", "白佛": "bai fo", "曾庄": "zeng zhuang", "查庄": "zha zhuang",
            "单庄": "shan zhuang", "大隗": "da wei"}  # fmt: skip
"""Place names that are not read as a dictionary would."""
load_phrases_dict({word: [[syllable] for syllable in text.split()] for word, text in READINGS.items()})

COMMITTEE = re.compile(r"(居民委员会|居民居委会|居民管理委员会|管理委员会|委员会|居委会)$")
ENDINGS = (
    ("东路", " East Road"), ("西路", " West Road"), ("南路", " South Road"), ("北路", " North Road"),
    ("中路", " Middle Road"), ("大道", " Avenue"), ("大街", " Avenue"), ("南街", " South Street"),
    ("北街", " North Street"), ("东街", " East Street"), ("西街", " West Street"), ("路", " Road"),
    ("街", " Street"), ("花园", " Garden"), ("家园", " Homes"), ("广场", " Plaza"), ("新村", " New Village"),
    ("新城", " New Town"),
)  # fmt: skip
STREETS = (
    ("国家级森林公园", "国家级森林公园", " National Forest Park"), ("风景区", "风景区", " Scenic Area"),
    ("产业集聚区", "产业集聚区", " Industrial Area"), ("回族乡", "回族乡", " Hui Township"),
    ("新区", "新区", " New Area"), ("街道", "街道", ""), ("镇", "镇", " Town"), ("乡", "乡", " Township"),
)  # fmt: skip


def street(name: str) -> T:
    """The name of a street or town: ``文化路街道`` is Wenhua Road, ``官渡镇`` Guandu Town."""
    short = re.sub(r"^郑州(经济技术开发区)?(?=..)", "", name)
    for ending, zh, en in STREETS:
        if short.endswith(ending):
            stem = short.removesuffix(ending)
            return T(stem + zh, (romanised(stem) if zh == "街道" else pinyin(stem)) + en)
    return T(short, romanised(short))


def community(name: str, street_name: str = "") -> T:
    """The short name of a community or village: ``碧沙岗社区居委会`` is 碧沙岗社区, ``赵寨村委会`` 赵寨村."""
    stem, is_village = _stem(name)
    road = re.sub(r"(街道|镇|乡)$", "", street_name)
    rest = stem.removeprefix(road)
    if road and rest != stem and len(rest) >= 2 and rest[0] not in "东西南北中第一二三":
        stem = rest
    if is_village:
        zh = stem if stem.endswith("村") else stem + "村"
        core = zh[:-1] if len(zh) > 2 else zh
        return T(zh, pinyin(core) + " Village")
    return T(stem + "社区", romanised(stem) + " Community")


@lru_cache(maxsize=8192)
def romanised(zh: str) -> str:
    """Chinese in Pinyin, with roads, streets and numbers in English."""
    ordinal = re.fullmatch(r"(.+)第([一二三四五六七八九])", zh)
    if ordinal:
        return f"{romanised(ordinal[1])} No. {'一二三四五六七八九'.index(ordinal[2]) + 1}"
    for ending, en in ENDINGS:
        stem = zh.removesuffix(ending)
        if stem != zh and len(stem) >= (1 if len(ending) == 1 else 2):
            return romanised(stem) + en
    return pinyin(zh)


def pinyin(zh: str) -> str:
    """Chinese in Pinyin without tones, as one capitalised word: ``西安`` is Xi'an."""
    parts = lazy_pinyin(zh, v_to_u=True)
    word = "".join("'" + p if i and p[0] in "aoe" else p for i, p in enumerate(parts))
    return word[:1].upper() + word[1:]


def of_units(tree: Tree, micro_grid: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, Chinese and English names of all units, level by level; `micro_grid` is each micro-grid's grid."""
    codes = [sources.CITY, *tree.districts, *(s.code for s in tree.streets), *(c.code for c in tree.communities)]
    titles = [CITY, *(DISTRICTS[d] for d in tree.districts), *(street(s.name) for s in tree.streets)]
    parents = [tree.streets[n].name for n in tree.community_street]
    titles += [community(c.name, parent) for c, parent in zip(tree.communities, parents, strict=True)]
    grid_ids, grid_zh, grid_en = _grids(tree)
    number = np.arange(len(micro_grid)) - np.repeat(np.cumsum(tree.micro) - tree.micro, tree.micro) + 1
    micro = [_numbered(number, text) for text in ("M{:02d}", "微网格{:02d}", "Micro-grid {:02d}")]
    return (
        np.concatenate([np.array(codes, object), grid_ids, grid_ids[micro_grid] + micro[0]]),
        np.concatenate([np.array([t.zh for t in titles], object), grid_zh, micro[1]]),
        np.concatenate([np.array([t.en for t in titles], object), grid_en, micro[2]]),
    )


def _grids(tree: Tree) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    code = np.array([c.code for c in tree.communities], object)[tree.grid_community]
    letter = np.array(["C", "R", "S"], object)[tree.grid_kind]
    ids = code + letter + _numbered(tree.grid_number, "{:02d}")
    zh, en = _numbered(tree.grid_number, "第{:02d}网格"), _numbered(tree.grid_number, "Grid {:02d}")
    special = np.flatnonzero(tree.grid_kind == 2)
    place = (tree.grid_community[special] * 7 + tree.grid_number[special] * 3) % len(SPECIAL_KINDS)
    number = _numbered(tree.grid_number[special], "{:02d}")
    zh[special] = "专属网格" + number + np.array([f"（{t.zh}）" for t in SPECIAL_KINDS], object)[place]
    en[special] = "Special Grid " + number + np.array([f" ({t.en})" for t in SPECIAL_KINDS], object)[place]
    return ids, zh, en


def _numbered(numbers: np.ndarray, text: str) -> np.ndarray:
    return np.array([text.format(n) for n in range(int(numbers.max(initial=0)) + 1)], object)[numbers]


def _stem(name: str) -> tuple[str, bool]:
    """The bare name, and whether it is a village."""
    for ending in ("村民委员会", "村委会"):
        if name.endswith(ending):
            return name.removesuffix(ending), True
    if name.endswith("村") and "社区" not in name:
        return name, True
    stem = COMMITTEE.sub("", name.removesuffix("社区"))
    return stem.removesuffix("拟").removesuffix("社区") or name, False
