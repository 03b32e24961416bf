"""Every key of the rule files: its name, how much a change of it weighs, how its value is said."""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """`weight` is wording | correction | substantive, or `status` (weighed by its values), or
    `inside` (its own keys weigh) or `none` (says which release it is, not what the rules are);
    `form` is how its value is said (engine.quoting); `default` what its absence means."""

    label: str
    weight: str
    form: str = "plain"
    default: object = None


_TITLE = Key("名称", "wording", "text")
_STATUS = Key("状态", "status", "status")
_SURE = _STATUS._replace(default="verified")
_SOURCE = Key("出处", "wording", "source")
_SOURCES = Key("出处", "wording", "sources")
_NOTE = Key("说明", "wording", "text")
_BASIS = Key("依据", "correction", "citation")
_WHEN = Key("适用条件", "substantive", "condition")
_MEASURES = Key("措施", "substantive", "measures")
_EFFECTIVE = Key("施行期间", "substantive", "period")
_OBLIGATION = Key("应当或者可以", "substantive", "obligation", "shall")
_SCOPE = Key("适用对象", "substantive", "scope")
_ROWS = Key("行是否完整", "substantive", "rows", "complete")
_HIT = Key("几档同时成立时", "substantive", "hit", "unique")
_BECAUSE = Key("理由", "wording", "text")

KEYS: dict[str, dict[str, Key]] = {
    "ruleset": {
        "id": Key("编号", "none"),
        "version": Key("版本", "none"),
        "release": Key("发布", "none"),
        "title": _TITLE,
        "issuer": Key("制定机关", "wording", "text"),
        "document": Key("文号", "correction", "text"),
        "effective": _EFFECTIVE,
        "extends": Key("上一层", "substantive"),
        "independent": Key("独立公布", "substantive", "yes", False),
        "authority": Key("办案机关", "substantive", "authority"),
        "status": _STATUS,
        "discretion": Key("裁量办法", "inside", "policies"),
        "jurisdiction": Key("处罚权限", "inside", "policy"),
        "principles": Key("一般规则", "inside", "policies"),
        "delegation": Key("委托和下放", "inside", "policy"),
        "missing": Key("缺什么", "wording", "texts"),
        "awaits": Key("待取得的文件", "wording", "awaits"),
        "note": _NOTE,
    },
    "policy": {
        "status": _STATUS,
        "source": _SOURCE,
        "note": _NOTE,
        "basis": _BASIS,
        "lowest_level": Key("最低级别", "substantive", "level"),
        "lighten": Key("从轻的幅度", "substantive", "band"),
        "normal": Key("一般的幅度", "substantive", "band"),
        "aggravate": Key("从重的幅度", "substantive", "band"),
        "percent_of_minimum": Key("减轻的下限（占法定最低的百分比）", "substantive"),
        "opposite": Key("从轻、从重并存时", "substantive"),
        "point": Key("建议数额的位置", "substantive"),
        "round_to": Key("建议数额取整", "substantive"),
        "use": Key("适用哪一天的基准", "substantive"),
        "entrusted": Key("委托", "substantive", "delegates"),
        "transferred": Key("下放", "substantive", "delegates"),
    },
    "item": {
        "id": Key("编号", "none"),
        "title": _TITLE,
        "effective": _EFFECTIVE,
        "status": _STATUS,
        "sources": _SOURCES,
        "succeeds": Key("承继的事项", "substantive", "ids"),
        "displaces": Key("优先于", "substantive", "ids"),
        "beside_others": Key("另行加算", "substantive", "yes", False),
        "violates": Key("违反条款", "correction", "citations"),
        "established_when": Key("成立条件", "substantive", "condition"),
        "penalties": Key("处罚", "inside"),
        "crime_clause": Key("刑事责任条款", "correction", "yes", False),
        "note": _NOTE,
    },
    "penalty": {
        "id": Key("编号", "none"),
        "party": Key("当事人", "substantive", "roles"),
        "stage": Key("阶段", "substantive", "stage"),
        "when": _WHEN,
        "basis": _BASIS,
        "obligation": _OBLIGATION,
        "measures": _MEASURES,
        "fine": Key("罚款", "inside", "fine"),
        "replaces": Key("取代的处罚", "substantive", "ids"),
        "refers_to": Key("指向的处罚", "substantive", "reference"),
        "imposed_by": Key("决定机关", "inside", "imposed_by"),
        "status": _SURE,
        "rows": _ROWS,
        "hit": _HIT,
        "tiers": Key("阶次", "inside"),
        "note": _NOTE,
    },
    "imposed_by": {
        "organ": Key("决定机关", "substantive", "organ"),
        "level": Key("决定机关的级别", "substantive", "level"),
        "basis": Key("决定机关的依据", "correction", "citation"),
        "status": _SURE._replace(label="决定机关的状态"),
        "note": _NOTE,
    },
    "overlay": {
        "overlays": Key("所附事项", "none"),
        "effective": _EFFECTIVE,
        "sources": _SOURCES,
        "source": _SOURCE,
        "because": _BECAUSE,
        "penalties": Key("阶次", "inside"),
        "note": _NOTE,
    },
    "table": {
        "rows": _ROWS,
        "hit": _HIT,
        "source": _SOURCE,
        "because": _BECAUSE,
        "tiers": Key("阶次", "inside"),
    },
    "tier": {
        "id": Key("编号", "none"),
        "title": _TITLE,
        "when": _WHEN,
        "fine": Key("罚款", "inside", "fine"),
        "status": _STATUS,
        "source": _SOURCE,
        "basis": _BASIS,
        "because": _BECAUSE,
        "note": _NOTE,
    },
    "fine": {
        "min": Key("下限", "substantive", "number"),
        "max": Key("上限", "substantive", "number"),
        "fixed": Key("数额", "substantive", "number"),
        "cap": Key("最高", "substantive", "yuan"),
        "percent_of": Key("比例的基数", "substantive", "fact"),
        "times": Key("倍数的基数", "substantive", "fact"),
        "times_fine": Key("加倍的处罚", "substantive"),
        "per_day": Key("按日的基数", "substantive", "fact"),
        "days": Key("日数", "substantive", "fact"),
        "with_measures": Key("单处或者并处", "substantive", "with_measures", "together"),
        "substitute": Key("替代算法", "inside", "substitute"),
    },
    "substitute": {
        "when": _WHEN,
        "times": Key("倍数的基数", "substantive", "fact"),
        "min": Key("下限", "substantive", "multiple"),
        "max": Key("上限", "substantive", "multiple"),
        "fixed": Key("数额", "substantive", "multiple"),
        "status": _SURE,
        "source": _SOURCE,
        "note": _NOTE,
    },
    "limitation": {
        "id": Key("编号", "none"),
        "title": _TITLE,
        "years": Key("年数", "substantive"),
        "when": _WHEN,
        "measures": _MEASURES,
        "basis": _BASIS,
        "status": _STATUS,
        "sources": _SOURCES,
        "note": _NOTE,
    },
    "circumstance": {
        "id": Key("编号", "none"),
        "title": _TITLE,
        "effects": Key("效果", "substantive", "effects"),
        "obligation": _OBLIGATION,
        "when": _WHEN,
        "excluded_when": Key("不适用的条件", "substantive", "condition"),
        "gate": Key("先于违法事实", "substantive", "yes", False),
        "measures": _MEASURES,
        "basis": _BASIS,
        "applies_to": _SCOPE,
        "effective": _EFFECTIVE,
        "status": _STATUS,
        "sources": _SOURCES,
        "note": _NOTE,
    },
    "procedure": {
        "id": Key("编号", "none"),
        "kind": Key("种类", "substantive"),
        "title": _TITLE,
        "about": Key("对谁", "substantive"),
        "obligation": _OBLIGATION,
        "to": Key("移送给", "substantive", "organ"),
        "follows": Key("跟随", "substantive"),
        "when": _WHEN,
        "limbs": Key("情形", "inside"),
        "applies_to": _SCOPE,
        "basis": _BASIS,
        "deadline": Key("期限", "substantive", "deadline"),
        "surcharge": Key("加处罚款", "substantive", "surcharge"),
        "effective": _EFFECTIVE,
        "status": _STATUS,
        "sources": _SOURCES,
        "note": _NOTE,
    },
    "limb": {
        "title": _TITLE,
        "when": _WHEN,
        "amount": Key("数额", "substantive", "amount"),
        "imposes": Key("所处措施", "substantive", "kinds"),
        "imposes_only": Key("只处措施", "substantive", "kinds"),
        "basis": _BASIS,
    },
    "law": {
        "title": Key("名称", "correction", "text"),
        "kind": Key("种类", "correction"),
        "editions": Key("版本", "inside"),
        "endpoints": Key("以上、以下", "correction", "endpoints"),
    },
    "law_edition": {
        "version": Key("版本名", "correction", "text"),
        "number": Key("文号", "correction", "text"),
        "effective": _EFFECTIVE,
        "text": Key("文本是否取得", "substantive", "at_hand"),
        "status": _SURE,
        "note": _NOTE,
    },
    "role": {
        "label": Key("名称", "wording", "text"),
        "kind": Key("单位或者个人", "substantive"),
    },
    "fact": {
        "type": Key("类型", "substantive"),
        "label": Key("名称", "wording", "text"),
        "ask": Key("问法", "wording", "text"),
        "unit": Key("单位", "wording", "text"),
        "min": Key("最小", "substantive"),
        "max": Key("最大", "substantive"),
        "choices": Key("选项", "inside", "choices"),
        "about": Key("写在哪里", "substantive", "about"),
        "if_absent": Key("没有填写时", "substantive", "if_absent"),
        "earlier": Key("以前的决定能回答", "wording", "yes"),
        "note": _NOTE,
    },
    "conflict": {
        "when": Key("不能同时成立的", "substantive", "condition"),
        "because": _BECAUSE,
    },
    "derived": {
        "label": Key("名称", "wording", "text"),
        "basis": _BASIS,
        "note": _NOTE,
        "ratio": Key("比例", "substantive"),
        "sum": Key("合计", "substantive", "facts"),
        "days_between": Key("相隔日数", "substantive"),
        "months_between": Key("相隔月数", "substantive"),
        "grade": Key("分级", "substantive", "grade"),
    },
    "parameter": {
        "type": Key("类型", "substantive"),
        "label": Key("名称", "wording", "text"),
        "basis": _BASIS,
        "note": _NOTE,
        "values": Key("数值", "inside"),
    },
    "parameter_value": {
        "effective": _EFFECTIVE,
        "value": Key("数值", "substantive", "yuan"),
        "status": _STATUS,
        "source": _SOURCE,
    },
}

_UNKNOWN = Key("", "substantive")


def key_of(kind: str, name: str) -> Key:
    """What is known of a key; one that nobody described may change an outcome."""
    found = KEYS[kind].get(name, _UNKNOWN)
    return found if found.label else found._replace(label=name)
