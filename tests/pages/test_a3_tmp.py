from __future__ import annotations
import io
from browsing import DESKTOP, NARROW, window, overflow, serious
from http_door import served
from records import past
from openpyxl import Workbook
from api.store import PROGRAM, UNSTATED
from test_browser_reviewer import sign_in, decided
import random
def test_shots(door, chromium, tmp_path):
    R=random.Random(3)
    rows=[past(2+n, R.randint(1,30)*100_000, office=R.choice(["叶集区应急管理局","裕安","金安"]), decided_on=f"202{R.randint(2,5)}-03-1{R.randint(0,9)}") for n in range(40)]
    rows+=[past(100+n, 1_500_000+n*1000, tier=UNSTATED, circumstances=UNSTATED, lo_fen=None, hi_fen=10_000_000) for n in range(9)]+[past(120,9_900_000,tier=UNSTATED,circumstances=UNSTATED,hi_fen=10_000_000)]
    rows+=[past(200+n, 1_500_000, circumstances="lpr-032", office="\u202e恶意<script>"*10) for n in range(3)]
    rows+=[past(300+n, 3_500_000, stage="overdue", hi_fen=None) for n in range(3)]
    door.store.add_import(rows,"0"*64,PROGRAM)
    with served(door) as at:
        book=Workbook(); ws=book.active; ws.title="2025"
        head="决定书文号 机关 决定日期 违法行为 当事人类型 阶段 阶次 罚款金额（元） 备注".split()
        for s in (ws, book.create_sheet("2024"), book.create_sheet("<b>x</b>"*3)):
            s.append(head)
            for n in range(30): s.append([f"叶应急罚〔2025〕{n}号","叶集","2025-03-05","wsl-097-7","生产经营单位" if n%3 else "单位<script>"*20,"首次","" if n%2 else "A","5000 3000" if n%7==0 else 10000+n,"\u202e"+"长"*3000])
        f=tmp_path/"以往.xlsx"; book.save(f)
        for size in (DESKTOP,NARROW):
            w=size[0]
            with window(chromium, at, size) as page:
                sign_in(door,page)
                page.screenshot(path=f"/tmp/a3shots/reviews-{w}.png",full_page=True); assert overflow(page)==0
                page.locator("section.group h2 a").first.click()
                page.screenshot(path=f"/tmp/a3shots/group-{w}.png",full_page=True); print(w,"group",overflow(page), serious(page,chromium))
                page.goto("/reviews/imports"); page.screenshot(path=f"/tmp/a3shots/import-{w}.png",full_page=True); print(overflow(page))
                page.set_input_files("#file", f); page.click("button:has-text('读这个文件')")
                page.wait_for_selector("text=读好了"); page.click("details summary")
                page.screenshot(path=f"/tmp/a3shots/job-{w}.png",full_page=True); print("job",overflow(page), serious(page,chromium))
                page.dblclick("button:has-text('导入这')"); page.wait_for_selector(".notice.good"); 
                page.screenshot(path=f"/tmp/a3shots/done-{w}.png",full_page=True)
                print(page.locator(".notice.good").inner_text())
                page.goto("/reviews"); page.locator("svg.strip a").first.click(); page.screenshot(path=f"/tmp/a3shots/imported-{w}.png",full_page=True); print(overflow(page))
