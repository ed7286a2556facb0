"""Chinese numerals for article numbers."""

DIGITS = "零一二三四五六七八九"


def chinese_number(value):
    """Writes 1 to 99 as in 第二十三条."""
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones else "")
