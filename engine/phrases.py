"""The fixed zh-CN words of results, by their stable English codes."""

from __future__ import annotations

NOTICE = (
    "本结果是对办案机关的建议，据所列规则和所填事实算出；是否处罚、如何处罚由办案机关依法决定。"
)

PROPOSAL_STANDING = (
    "本结果用到了建议稿（裁量阶次或者建议数额的办法）。建议稿没有法律效力，不能写作处罚的依据，"
    "由机关依法制定、公布后才能用"
)
PROPOSAL_NOTICE = f"{PROPOSAL_STANDING}；只看已核实的规则，用 --published-only。"

DISPOSITIONS = {
    "penalize": "给予处罚",
    "may_exempt": "可以不予处罚",
    "exempt": "不予处罚",
    "order_only": "只责令改正，不给予处罚",
    "not_liable_at_stage": "现阶段法律不罚该当事人",
    "not_established": "违法行为不成立",
    "time_barred": "已过追诉时效，不再给予行政处罚",
    "out_of_jurisdiction": "不由本机关处罚，应当移交",
    "open": "尚不能确定",
}
STAGES = {
    "first": "首次查处",
    "overdue": "逾期未改正",
    "refused": "拒不执行",
    "accident": "发生事故",
    "continued": "拒不改正、持续",
    "any": "任一阶段",
}
EFFECTS = {
    "exempt": "不予处罚",
    "lighten": "从轻",
    "mitigate": "减轻",
    "aggravate": "从重",
    "bar_fine": "不再罚款",
    "add_measures": "增加措施",
}
ALTERNATIVES = {
    **EFFECTS,
    "not_replaced": "不采用加倍的规定",
    "new_law": "适用决定时的新规定",
    "old_law": "适用行为时的规定",
    "benchmark_of_act": "适用行为时的裁量基准",
    "benchmark_of_decision": "适用决定时的裁量基准",
}
OBLIGATIONS = {"shall": "应当", "may": "可以"}
LEVELS = {
    "township": "乡镇（街道）",
    "county": "县级",
    "city": "设区的市级",
    "province": "省级",
    "state": "国家级",
}
STATES = {
    "required": "需要",
    "depends": "视情况而定",
    "undetermined": "不能判断",
    "not_required": "不需要",
}
UNITS = {
    "hours": "小时",
    "days": "日",
    "working_days": "个工作日",
    "months": "个月",
    "years": "年",
}
STATUS = {"verified": "已核实", "draft": "未核实", "proposal": "建议稿，无法律效力"}

NOT_EXAMINED = {
    "limitation": "追诉时效（没有写明行为终了日或者发现日）",
    "old_and_new_law": "新旧法的选择（没有写明行为日和决定日）",
    "capacity": "责任年龄和责任能力",
    "jurisdiction": "处罚权限的级别（没有写明办案机关的级别）",
    "concurrence": "一个行为触犯几个规范时的择一处罚",
    "procedure": "没有填写有关事实，未判断的程序",
    "referral": "没有填写有关事实，未判断的移送",
    "listing": "没有填写有关事实，未判断的失信名单",
}
WARNINGS = {
    "benchmark_row_unknown": "没有已知的裁量基准行，只能给出法定幅度",
    "benchmark_in_time": "行为时和决定时施行的裁量基准不同，没有已核实的适用规则，只给出法定幅度",
    "tier_gap": "裁量基准没有覆盖这种事实，只能给出法定幅度，请报告规则维护人员",
    "draft_tier": "所用裁量阶次未经核实，不能直接作为依据",
    "proposal_tier": "所用裁量阶次是本项目的建议稿，没有法律效力，采用前须由机关正式制定",
    "draft_rule": "所用规则未经核实，不能直接作为依据",
    "proposal_rule": "所用规则是建议稿，没有法律效力",
    "draft_policy": "所用裁量办法未经核实",
    "proposal_policy": "所用裁量办法是建议稿，没有法律效力",
    "draft_substitute": "替代计算办法未经核实",
    "draft_parameter": "所用参数未经核实",
    "parameter_missing": "缺少计算所需的参数值",
    "zero_base": "计算基数为零，不能得出罚款，请核对",
    "no_band_policy": "没有已核实的裁量幅度划分，从轻、从重的幅度由承办人在上述范围内掌握",
    "fixed_amount": "数额固定，没有从轻、从重的余地",
    "opposite_directions": "同时有从轻（减轻）和从重情节，没有已核实的处理规则，由承办人综合裁量",
    "mitigation_without_minimum": "法律没有规定最低罚款，罚款谈不上减轻；可以考虑不并处其他处罚",
    "mitigation_waits": "法定最低罚款尚未查清，减轻后的范围待查清后确定",
    "may_replace": "法律规定可以加倍处罚，所列为加倍后的幅度；不加倍的，见“另一种选择”",
    "edition_ended": "该事项的规定已经失效，没有写明行为日期，按最后一个版本评估",
    "possible_merged": "可能的结果太多，已按处罚合并列出",
    "acts_taken_as_different": "没有写明是不是同一个行为（act），按不同行为分别裁量、合并计算",
    "concurrence_open": "同一行为的几个规范，法定罚款尚未查清，暂不能确定适用哪一个",
    "norms_reversed": "法定罚款较高的规范，罚款的一端反而较低，由承办人选择适用哪一个",
    "heavier_elsewhere": "同一个行为另有规范由别的机关罚款，由谁罚、罚哪一项，请与该机关协商",
    "part_out_of_jurisdiction": "其中有的处罚不由本机关决定，应当移交",
    "notified_unknown": "告知数额写的当事人没有罚款，请核对",
    "displaced_heavier": "特别规定的罚款低于一般规定，是否优先适用由承办人判断",
    "draft_displacement": "特别规定优先于一般规定未经核实，一般规定的其他措施是否照用，请法制复核",
    "proposal_displacement": "特别规定优先于一般规定的处理是建议稿",
    "draft_jurisdiction": "处罚权限的依据未经核实，请核对",
    "proposal_jurisdiction": "处罚权限的依据是建议稿",
    "entrusted_power": "受委托办理，决定以委托机关的名义作出",
    "transferred_power": "处罚权已下放，以自己的名义决定",
    "township_not_named": "没有写明乡镇（街道）的名称，不能核对委托或者下放的范围",
    "limitation_border": "发现之日恰为追诉期限届满之日，是否在期限内由承办人判断",
    "limitation_open": "从行为日到发现日已经超过追诉期限，若行为没有连续或者继续状态，就不再处罚",
    "several_editions_apply": "行为时施行的规定不止一个，不能确定适用哪一个",
    "other_item_in_force": "行为时施行的是另一部法的对应事项，按它评估",
    "continuing_across_change": "行为跨越新旧规定，按终了时的规定评估，请承办人确认",
    "several_successors": "决定时有几个对应的新规定，不能自动比较，由承办人判断",
    "no_successor_known": "决定时该规定已经失效，没有收录对应的新规定，新旧轻重由承办人判断",
    "draft_law_edition": "该法律文件的失效日期未经核实",
    "text_missing": "应当适用或者比较的规定，文本没有取得，不能给出确定的数额",
    "old_or_new_by_person": "新旧规定互有轻重，由承办人决定适用哪一个",
    "deadline_passed": "已经超过期限",
    "heavier_than_notified": "罚款高于告知的数额，不得因当事人申辩而加重",
    "may_exceed_notified": "罚款幅度的上限高于告知的数额，不得因当事人申辩而加重",
    "no_edition_in_force": "行为时没有收录的有效版本，不能给出结果",
    "item_not_found": "所填事实不足以成立任何已收录的事项",
    "party_without_role": "没有写明该当事人在单位里的身份，不知道法律是否罚他",
    "party_not_addressed": "该事项不处罚这种身份的当事人",
    "fact_not_used": "该事项用不到这个事实",
    "other_region": "规则集是另一个地区的，本地的阶次和办法不适用，请用 --rule-set 选定",
    "shared_party_fact": "写在案件层的当事人事实，视为每个当事人都如此",
}

NO_SUGGESTION = {
    "no_suggestion_policy": "没有已核实的数额建议办法",
    "amount_open": "数额所依据的事实尚未查清",
    "mitigated_by_person": "减轻后的数额由人决定",
    "opposite_by_person": "从轻、从重并存，由人决定",
    "no_band_policy": "没有已核实的裁量幅度划分",
    "no_amount_in_range": "幅度内没有符合取整办法的数额",
    "several_answers": "结果尚不唯一",
    "other_authority": "罚款多少由有权的机关决定",
    "above_notified": "按办法得出的数额高于告知的数额，不得因当事人申辩而加重，由人决定",
    "no_fine": "没有罚款",
    "fine_barred": "不得再次罚款",
    "fine_displaced": "同一行为优先适用特别规定",
    "fine_absorbed": "同一行为已按较重的规范罚款",
    "norms_reversed": "适用哪一个规范由人决定",
    "old_or_new_by_person": "适用新规定还是旧规定由人决定",
    "later_text_missing": "决定时的规定文本没有取得，不能比较轻重",
    "text_missing": "应当适用的规定文本没有取得",
    "several_successors": "对应的新规定有几项，由人比较",
    "no_successor_known": "没有收录对应的新规定，由人判断",
}
