"""Makes the sales ledger: several untidy sheets, formulas with their cached values."""

import datetime
import random

import xlsxwriter

from output import AUTHOR, FIXED_TIME, SAMPLES, freeze_zip

PROVINCES = {
    "华东": ["上海", "江苏", "浙江", "安徽"],
    "华南": ["广东", "广西", "福建"],
    "华北": ["北京", "天津", "河北"],
    "西南": ["四川", "重庆", "云南"],
}
# Product, list price in yuan, weight in the draw.
PRODUCTS = [("智能门锁 S2", 1299, 5), ("网络摄像机 C6", 459, 6), ("边缘网关 G1", 3680, 3),
            ("温湿度传感器 T3", 128, 6), ("工业平板 P10", 5299, 2)]
CHANNELS = ["直营门店", "经销商", "线上商城", "政企大客户"]
STORES = [
    ("MD001", "上海徐汇店", "华东", "沈佳宁", 186, "2019-05-18"),
    ("MD002", "南京新街口店", "华东", "陆文轩", 142, "2020-09-26"),
    ("MD003", "杭州西湖店", "华东", "蒋雨桐", 158, "2021-03-12"),
    ("MD004", "广州天河店", "华南", "梁志豪", 203, "2018-11-03"),
    ("MD005", "厦门思明店", "华南", "林晓珊", 97, "2022-06-30"),
    ("MD006", "北京海淀店", "华北", "郭子墨", 175, "2019-12-20"),
    ("MD007", "成都锦江店", "西南", "邓思源", 164, "2020-04-28"),
    ("MD008", "重庆渝中店", "西南", "冉启明", 121, "2023-01-15"),
]
STORE_TARGETS = [("上海徐汇店", 42, 39.85), ("南京新街口店", 30, 31.24), ("杭州西湖店", 35, 36.12),
                 ("广州天河店", 48, 45.58), ("厦门思明店", 18, 16.79), ("北京海淀店", 40, 40.26),
                 ("成都锦江店", 32, 33.51), ("重庆渝中店", 22, 19.83)]
TARGETS = {"华东": 115, "华南": 95, "华北": 90, "西南": 55}
ORDER_COUNT = 400
FIRST_ROW = 4
RETURN_REASONS = ["包装破损", "型号发错", "客户取消", "通信异常", "外观瑕疵"]


def orders():
    """Draws the orders with a fixed seed, in date order."""
    draw = random.Random(20240101)
    days = sorted(draw.randrange(366) for _ in range(ORDER_COUNT))
    rows = []
    for day in days:
        area = draw.choices(list(PROVINCES), weights=[36, 27, 21, 16])[0]
        product, price, _ = draw.choices(PRODUCTS, weights=[weight for *_, weight in PRODUCTS])[0]
        channel = draw.choices(CHANNELS, weights=[30, 34, 24, 12])[0]
        quantity = draw.randrange(40, 160) if channel == "政企大客户" else draw.randrange(1, 36)
        discount = {"经销商": 0.88, "政企大客户": 0.82}.get(channel, 1.0)
        rows.append((datetime.date(2024, 1, 1) + datetime.timedelta(day), area,
                     draw.choice(PROVINCES[area]), product, channel, quantity,
                     round(price * discount, 2)))
    return rows


def quarter_total(rows, area, quarter):
    """Sums the sales of an area in a quarter, in units of 10,000 yuan with two decimals."""
    amount = sum(round(row[5] * row[6], 2) for row in rows
                 if row[1] == area and (row[0].month + 2) // 3 == quarter)
    return round(amount / 10000, 2)


def add_sheet(book, name, title_row=True):
    """Adds a sheet that prints one page wide, with room for Chinese characters in every row."""
    sheet = book.add_worksheet(name)
    sheet.set_default_row(18)
    if title_row:
        sheet.set_row(0, 28)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return sheet


def write_orders(book, formats, rows):
    """The order list: a title, a note, the header in the third row, a total at the end."""
    sheet = add_sheet(book, "订单明细")
    sheet.merge_range("A1:I1", "远砚科技有限公司 2024 年销售台账", formats["title"])
    sheet.write("A2", "制表：销售运营部　　单位：元　　数据截至 2024-12-31", formats["note"])
    header = ["日期", "订单编号", "大区", "省份", "产品", "渠道", "数量", "单价(元)", "金额(元)"]
    sheet.write_row(2, 0, header, formats["header"])
    for index, (date, area, province, product, channel, quantity, price) in enumerate(rows):
        line = FIRST_ROW - 1 + index
        sheet.write_datetime(line, 0, datetime.datetime.combine(date, datetime.time()), formats["date"])
        sheet.write(line, 1, f"XS{date:%y%m}{index + 1:04d}")
        # A few channels are blank or carry a stray space, as in a list that people type.
        typed = "" if index % 97 == 41 else channel + (" " if index % 53 == 17 else "")
        sheet.write_row(line, 2, [area, province, product, typed])
        sheet.write_number(line, 6, quantity)
        sheet.write_number(line, 7, price, formats["money"])
        sheet.write_formula(line, 8, f"=G{line + 1}*H{line + 1}", formats["money"],
                            round(quantity * price, 2))
    last = FIRST_ROW + len(rows) - 1
    sheet.merge_range(last, 0, last, 5, "合计", formats["total"])
    sheet.write_formula(last, 6, f"=SUM(G{FIRST_ROW}:G{last})", formats["total"],
                        sum(row[5] for row in rows))
    sheet.write_blank(last, 7, None, formats["total"])
    sheet.write_formula(last, 8, f"=SUM(I{FIRST_ROW}:I{last})", formats["total_money"],
                        round(sum(round(row[5] * row[6], 2) for row in rows), 2))
    sheet.set_column("A:A", 12)
    sheet.set_column("B:B", 14)
    sheet.set_column("C:D", 8)
    sheet.set_column("E:F", 17)
    sheet.set_column("G:H", 11)
    sheet.set_column("I:I", 16)
    sheet.freeze_panes(3, 0)
    sheet.autofilter(2, 0, last - 1, 8)
    return last


def write_quarters(book, formats, rows, last):
    """The quarterly summary: two header rows with merged cells, amounts in 万元."""
    sheet = add_sheet(book, "季度汇总")
    sheet.merge_range("A1:K1", "2024 年各大区季度销售汇总（单位：万元）", formats["title"])
    sheet.merge_range("A2:A3", "大区", formats["header"])
    for quarter in range(4):
        column = 1 + quarter * 2
        name = f"第{'一二三四'[quarter]}季度"
        sheet.merge_range(1, column, 1, column + 1, name, formats["header"])
        sheet.write_row(2, column, ["目标", "实际"], formats["header"])
    sheet.merge_range("J2:K2", "全年", formats["header"])
    sheet.write_row("J3", ["实际", "完成率"], formats["header"])

    sums = [0.0] * 8
    for line, area in enumerate(PROVINCES, 3):
        sheet.write(line, 0, area)
        year = 0.0
        for quarter in range(1, 5):
            column = quarter * 2 - 1
            actual = quarter_total(rows, area, quarter)
            start, end = quarter * 3 - 2, quarter * 3 + 1
            after = "DATE(2025,1,1)" if end > 12 else f"DATE(2024,{end},1)"
            sheet.write_number(line, column, TARGETS[area], formats["ten_thousands"])
            sheet.write_formula(
                line, column + 1,
                f"=ROUND(SUMIFS(订单明细!$I${FIRST_ROW}:$I${last},订单明细!$C${FIRST_ROW}:$C${last},"
                f"$A{line + 1},订单明细!$A${FIRST_ROW}:$A${last},\">=\"&DATE(2024,{start},1),"
                f"订单明细!$A${FIRST_ROW}:$A${last},\"<\"&{after})/10000,2)",
                formats["ten_thousands"], actual)
            sums[column - 1] += TARGETS[area]
            sums[column] += actual
            year += actual
        row = line + 1
        sheet.write_formula(line, 9, f"=C{row}+E{row}+G{row}+I{row}", formats["ten_thousands"],
                            round(year, 2))
        sheet.write_formula(line, 10, f"=J{row}/(B{row}+D{row}+F{row}+H{row})", formats["percent"],
                            round(year, 2) / (TARGETS[area] * 4))
    line = 3 + len(PROVINCES)
    sheet.write(line, 0, "合计", formats["total"])
    for column in range(1, 9):
        letter = "ABCDEFGHIJ"[column]
        sheet.write_formula(line, column, f"=SUM({letter}4:{letter}{line})", formats["total_money"],
                            round(sums[column - 1], 2))
    year = round(sum(sums[1::2]), 2)
    sheet.write_formula(line, 9, f"=SUM(J4:J{line})", formats["total_money"], year)
    sheet.write_formula(line, 10, f"=J{line + 1}/(B{line + 1}+D{line + 1}+F{line + 1}+H{line + 1})",
                        formats["total_percent"], year / sum(sums[0::2]))
    sheet.write(line + 2, 0, "注：实际数取自“订单明细”，未扣除退货。", formats["note"])
    sheet.set_column("A:K", 10.5)


def write_returns(book, formats, rows):
    """The returns: dates as text in two spellings, quantities such as 3台."""
    sheet = add_sheet(book, "退货", title_row=False)
    sheet.write_row(0, 0, ["退货日期", "原订单编号", "产品", "数量", "退款金额(元)", "原因", "备注"],
                    formats["header"])
    draw = random.Random(77)
    for line, index in enumerate(sorted(draw.sample(range(len(rows) - 30), 24)), 1):
        date, _, _, product, _, quantity, price = rows[index]
        day = date + datetime.timedelta(draw.randrange(3, 25))
        written = (f"{day.year}年{day.month}月{day.day}日" if line % 2
                   else f"{day.year}-{day.month}-{day.day}")
        returned = min(quantity, draw.randrange(1, 6))
        sheet.write_row(line, 0, [written, f"XS{date:%y%m}{index + 1:04d}", product,
                                  f"{returned}台", round(returned * price, 2),
                                  draw.choice(RETURN_REASONS), "已换货" if line % 7 == 0 else ""])
    sheet.set_column("A:C", 16)
    sheet.set_column("D:G", 13)


def write_stores(book, formats):
    """Two tables on one sheet: the stores, and below them their yearly targets."""
    sheet = add_sheet(book, "门店")
    sheet.write("A1", "一、直营门店名录", formats["title_left"])
    sheet.write_row(1, 0, ["门店编号", "门店名称", "大区", "店长", "面积(㎡)", "开业日期"], formats["header"])
    for line, store in enumerate(STORES, 2):
        sheet.write_row(line, 0, store[:5])
        sheet.write_datetime(line, 5, datetime.datetime.fromisoformat(store[5]), formats["date"])
    top = len(STORES) + 4
    sheet.write(top, 0, "二、门店年度目标（万元）", formats["title_left"])
    sheet.write_row(top + 1, 0, ["门店名称", "年度目标", "年度完成", "完成率"], formats["header"])
    for line, (name, target, actual) in enumerate(STORE_TARGETS, top + 2):
        sheet.write_row(line, 0, [name, target, actual])
        sheet.write_formula(line, 3, f"=C{line + 1}/B{line + 1}", formats["percent"], actual / target)
    sheet.set_column("A:F", 15)


def write_parameters(book, formats):
    """A hidden sheet with the parameters of the other sheets."""
    sheet = add_sheet(book, "参数", title_row=False)
    sheet.write_row(0, 0, ["参数", "值", "说明"], formats["header"])
    for line, row in enumerate([("经销商折扣", 0.88, "按目录价"), ("政企大客户折扣", 0.82, "按目录价"),
                                ("增值税税率", 0.13, "金额为含税金额"), ("质保期（月）", 24, "自签收之日起")], 1):
        sheet.write_row(line, 0, row)
    for line, (product, price, _) in enumerate(PRODUCTS, 7):
        sheet.write_row(line, 0, [product, price, "目录价（元）"])
    sheet.set_column("A:C", 18)
    sheet.hide()


def make():
    """Writes `2024年销售台账.xlsx`."""
    target = SAMPLES / "2024年销售台账.xlsx"
    book = xlsxwriter.Workbook(str(target))
    book.set_properties({"title": "2024年销售台账", "author": AUTHOR, "created": FIXED_TIME})
    header = {"bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center", "valign": "vcenter"}
    total = {"bold": True, "top": 1, "bg_color": "#F2F2F2"}
    formats = {name: book.add_format({"font_name": "宋体", **options}) for name, options in {
        "title": {"bold": True, "font_size": 16, "align": "center"},
        "title_left": {"bold": True, "font_size": 12},
        "note": {"italic": True, "font_color": "#666666"},
        "header": header,
        "date": {"num_format": "yyyy-mm-dd"},
        "money": {"num_format": "#,##0.00"},
        "ten_thousands": {"num_format": "0.00"},
        "percent": {"num_format": "0.0%"},
        "total": total,
        "total_money": {**total, "num_format": "#,##0.00"},
        "total_percent": {**total, "num_format": "0.0%"},
    }.items()}
    rows = orders()
    last = write_orders(book, formats, rows)
    write_quarters(book, formats, rows, last)
    write_returns(book, formats, rows)
    write_stores(book, formats)
    write_parameters(book, formats)
    book.close()
    freeze_zip(target)


if __name__ == "__main__":
    make()
