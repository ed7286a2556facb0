"""Draws the three simple figures of the physics chapter."""

import io

from PIL import Image, ImageDraw

from fonts import pillow_font

SIZE = (900, 380)
INK, GREY = (30, 30, 30), (225, 230, 238)


def _canvas():
    image = Image.new("RGB", SIZE, "white")
    return image, ImageDraw.Draw(image), pillow_font("NotoSansCJK-Regular.ttc", 26)


def _arrow(draw, start, end):
    """Draws an arrow whose head follows the direction of the line."""
    draw.line([start, end], fill=INK, width=4)
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    ux, uy = dx / length, dy / length
    tip = (end[0] + ux * 14, end[1] + uy * 14)
    draw.polygon([tip, (end[0] - uy * 9, end[1] + ux * 9), (end[0] + uy * 9, end[1] - ux * 9)],
                 fill=INK)


def _png(image):
    out = io.BytesIO()
    image.quantize(16).save(out, "PNG", optimize=True)
    out.seek(0)
    return out


def cart():
    """A cart on a track, pulled by a hanging weight over a pulley."""
    image, draw, font = _canvas()
    draw.line([(60, 230), (720, 230)], fill=INK, width=5)
    draw.rectangle([220, 150, 380, 205], fill=GREY, outline=INK, width=3)
    for x in (255, 345):
        draw.ellipse([x - 14, 202, x + 14, 230], fill="white", outline=INK, width=3)
    draw.ellipse([720, 165, 770, 215], fill="white", outline=INK, width=3)
    draw.line([(380, 165), (745, 165)], fill=INK, width=3)
    draw.line([(770, 190), (770, 280)], fill=INK, width=3)
    draw.rectangle([745, 280, 795, 330], fill=GREY, outline=INK, width=3)
    draw.rectangle([70, 155, 150, 205], outline=INK, width=3)
    draw.line([(150, 180), (220, 180)], fill=INK, width=2)
    for xy, text in (((255, 160), "小车 M"), ((600, 120), "细绳"), ((700, 110), "定滑轮"),
                     ((645, 295), "槽码 m"), ((40, 110), "打点计时器"), ((250, 250), "长木板")):
        draw.text(xy, text, font=font, fill=INK)
    return _png(image)


def incline():
    """A block on an incline with its weight, normal force and friction."""
    image, draw, font = _canvas()
    draw.polygon([(120, 330), (760, 330), (760, 40)], outline=INK, width=4)
    # The direction up the slope is (640, -290) scaled to length one.
    ux, uy = 0.911, -0.413
    cx, cy = 450, 152
    corners = [(cx + ux * a - uy * b * -1, cy + uy * a + ux * b * -1) for a, b in
               ((-60, -28), (60, -28), (60, 28), (-60, 28))]
    draw.polygon(corners, fill=GREY, outline=INK)
    _arrow(draw, (cx, cy), (cx, cy + 140))
    _arrow(draw, (cx, cy), (cx + uy * 130, cy - ux * 130))
    _arrow(draw, (cx + ux * 60, cy + uy * 60), (cx + ux * 170, cy + uy * 170))
    for xy, text in (((cx + 15, cy + 115), "G"), ((cx - 105, cy - 115), "N"),
                     ((cx + 165, cy - 125), "f"), ((200, 288), "θ")):
        draw.text(xy, text, font=font, fill=INK)
    draw.arc([60, 270, 180, 390], 335, 360, fill=INK, width=3)
    return _png(image)


def lift():
    """A person on a scale in a lift that accelerates upwards."""
    image, draw, font = _canvas()
    draw.rectangle([300, 30, 600, 350], outline=INK, width=4)
    draw.rectangle([390, 320, 510, 345], fill=GREY, outline=INK, width=3)
    draw.ellipse([425, 110, 475, 160], outline=INK, width=3)
    draw.line([(450, 160), (450, 250)], fill=INK, width=4)
    for x in (415, 485):
        draw.line([(450, 185), (x, 225)], fill=INK, width=4)
        draw.line([(450, 250), (x, 320)], fill=INK, width=4)
    _arrow(draw, (680, 280), (680, 130))
    for xy, text in (((700, 180), "加速度 a 向上"), ((205, 315), "体重计"), ((180, 60), "电梯轿厢")):
        draw.text(xy, text, font=font, fill=INK)
    return _png(image)
