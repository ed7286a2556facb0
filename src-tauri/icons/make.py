#!/usr/bin/env python3
"""Draws the program's icon, two people at one desk, in all sizes and formats: `python3 make.py` (needs Pillow)."""

from pathlib import Path

from PIL import Image, ImageDraw

GREEN = (30, 107, 83, 255)
WHITE = (255, 255, 255, 255)
# Drawn so much larger and scaled down, since Pillow does not smooth edges.
OVERSAMPLED = 4
HERE = Path(__file__).parent


def draw(size: int) -> Image.Image:
    """The icon on a grid of 24 units; the same as `ui/public/mark.svg`."""
    unit = size * OVERSAMPLED / 24
    image = Image.new("RGBA", (size * OVERSAMPLED, size * OVERSAMPLED), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)

    def at(*numbers: float) -> list[float]:
        return [number * unit for number in numbers]

    def line(x1: float, y1: float, x2: float, y2: float, width: float) -> None:
        pen.line(at(x1, y1, x2, y2), fill=WHITE, width=round(width * unit))
        for x, y in ((x1, y1), (x2, y2)):
            half = width / 2
            pen.ellipse(at(x - half, y - half, x + half, y + half), fill=WHITE)

    pen.rounded_rectangle(at(0.5, 0.5, 23.5, 23.5), radius=6 * unit, fill=GREEN)
    pen.ellipse(at(5.8, 6, 11, 11.2), fill=WHITE)
    pen.ellipse(at(12.8, 5.8, 18.4, 11.4), fill=WHITE)
    pen.ellipse(at(14.4, 7.4, 16.8, 9.8), fill=GREEN)
    line(4.5, 15, 19.5, 15, 1.8)
    line(6.5, 15, 6.5, 19, 1.8)
    line(17.5, 15, 17.5, 19, 1.8)
    return image.resize((size, size), Image.LANCZOS)


def main() -> None:
    for name, size in {"32x32": 32, "128x128": 128, "128x128@2x": 256, "icon": 512}.items():
        draw(size).save(HERE / f"{name}.png", optimize=True)
    sizes = [16, 24, 32, 48, 64, 256]
    images = [draw(size) for size in sizes]
    images[-1].save(HERE / "icon.ico", sizes=[(s, s) for s in sizes], append_images=images[:-1])
    draw(1024).save(HERE / "icon.icns")


if __name__ == "__main__":
    main()
