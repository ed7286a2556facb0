"""Makes a page that looks scanned: a slightly turned, noisy picture and no text layer."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from fonts import pillow_font
from output import AUTHOR, SAMPLES

SIZE = (1240, 1754)
ROWS = [("品名", "规格", "数量", "单价(元)", "金额(元)"), ("热敏标签纸", "60×40mm", "120卷", "18.50", "2220.00"),
        ("碳带", "110mm×300m", "40卷", "32.00", "1280.00"), ("打印机清洁套装", "标准", "6套", "85.00", "510.00"),
        ("配送费", "市内", "1次", "90.00", "90.00")]
WIDTHS = [330, 230, 150, 170, 180]


def page():
    """Draws the invoice on clean paper."""
    image = Image.new("RGB", SIZE, (250, 249, 245))
    draw = ImageDraw.Draw(image)
    sans = "NotoSansCJK-Regular.ttc"
    big, normal, small = (pillow_font(sans, size) for size in (54, 30, 25))
    draw.text((SIZE[0] / 2, 150), "销 售 发 票（样张）", font=big, fill=(120, 40, 40), anchor="mm")
    for y, left, right in ((240, "发票号码：00728416", "开票日期：2024年9月12日"),
                           (300, "购买方：远砚科技有限公司", ""), (350, "销售方：苏州禾笺办公用品有限公司", "")):
        draw.text((90, y), left, font=normal, fill=(40, 40, 40))
        draw.text((700, y), right, font=normal, fill=(40, 40, 40))
    top, height = 440, 74
    for index in range(len(ROWS) + 1):
        draw.line([(90, top + index * height), (1150, top + index * height)], fill=(120, 40, 40), width=3)
    x = 90
    for column, width in enumerate([*WIDTHS, 0]):
        draw.line([(x, top), (x, top + len(ROWS) * height)], fill=(120, 40, 40), width=3)
        for row, cells in enumerate(ROWS if width else []):
            draw.text((x + 14, top + row * height + 18), cells[column], font=normal, fill=(40, 40, 40))
        x += width
    for y, text in ((850, "合计金额：4100.00元"), (900, "大写金额：肆仟壹佰元整"), (980, "备注：货到30天付款。"),
                    (1100, "收款人：郝敏　　复核：翟松　　开票人：严冬")):
        draw.text((90, y), text, font=normal, fill=(40, 40, 40))
    draw.ellipse([840, 900, 1080, 1080], outline=(190, 60, 60), width=6)
    draw.text((960, 990), "演示用章", font=normal, fill=(190, 60, 60), anchor="mm")
    draw.text((90, 1640), "本页为软件示例，内容均为虚构，不是有效票据。", font=small, fill=(110, 110, 110))
    return image


def scan(image):
    """Turns the page a little, blurs it and adds grain from a fixed seed."""
    turned = image.rotate(0.8, Image.Resampling.BICUBIC, fillcolor=(236, 234, 228))
    turned = turned.filter(ImageFilter.GaussianBlur(0.7))
    grain = random.Random(5)
    small = Image.frombytes("L", (310, 438), bytes(grain.randrange(110, 146) for _ in range(310 * 438)))
    noise = small.resize(SIZE, Image.Resampling.BILINEAR)
    return Image.blend(turned, Image.merge("RGB", (noise,) * 3), 0.10)


def make():
    """Writes `扫描件_发票.pdf`."""
    picture = io.BytesIO()
    scan(page()).save(picture, "JPEG", quality=55)
    canvas = Canvas(str(SAMPLES / "扫描件_发票.pdf"), pagesize=A4, invariant=1)
    canvas.setTitle("扫描件")
    canvas.setAuthor(AUTHOR)
    picture.seek(0)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()


if __name__ == "__main__":
    make()
