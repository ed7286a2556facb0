"""Makes the e-mail thread: encoded subject, quoted-printable and base64 parts, a csv attachment."""

import datetime
import html
from email import charset, policy
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import formataddr, format_datetime

from output import SAMPLES

PLAIN = """蔡总，您好：

HT-40 温湿度模块的报价已经收齐，三家供应商的对比见附件《报价对比.csv》，要点如下：

1. Fjordline Components（挪威）：5000 只单价 3.85 美元，10000 只单价 3.60 美元，交期 6 周，起订量 1000 只，质保 36 个月。
2. 芯澜电子（深圳）：5000 只单价 26.50 元人民币，交期 4 周，起订量 2000 只，质保 24 个月。
3. Baltmere Sensors（爱沙尼亚）：5000 只单价 3.95 美元，交期 8 周，起订量 500 只，质保 24 个月。

建议选择 Fjordline，先订 5000 只，总价 19250 美元。理由是精度最好（±1.5% RH），质保最长，而且对方同意把预付款从 50% 降到 30%。
报价有效期到 2024 年 11 月 30 日，请您在 11 月 22 日之前批复，我好安排签合同。

秦舒
远砚科技有限公司 供应链部 采购组
电话 0512-5550-8321

----- 原始邮件 / Original message -----
From: Erik Solheim <erik.solheim@fjordline.example>
Sent: Tuesday, 5 November 2024 16:42
To: 秦舒 <qin.shu@yuanyan.example>
Subject: Re: Quotation request HT-40

Dear Ms Qin,

Thank you for your counter-offer. After checking with our finance team I can confirm the following:

- Unit price: USD 3.85 for 5,000 pcs and USD 3.60 for 10,000 pcs, FCA Oslo.
- Payment: 30% deposit with the order, 70% before shipment (our standard is 50/50).
- Lead time: six weeks after receipt of the deposit. Over Christmas (23 December to 3 January) the factory is closed.
- Warranty: 36 months. Modules that drift by more than 3% RH are replaced free of charge.
- Certificates: RoHS and REACH declarations come with each lot; a calibration report costs USD 120 per lot.

We can send ten samples free of charge; you would only pay the freight, about USD 65 by DHL.

Kind regards,
Erik Solheim
Key Account Manager, Fjordline Components AS

----- 原始邮件 / Original message -----
From: 秦舒 <qin.shu@yuanyan.example>
Sent: Thursday, 31 October 2024 10:15
To: Erik Solheim <erik.solheim@fjordline.example>
Subject: Quotation request HT-40

Dear Mr Solheim,

We plan to use your HT-40 humidity and temperature module in our T3 sensor from March 2025. Please quote
for 5,000 and 10,000 pieces. Could you accept a 30% deposit instead of 50%? We also need to know the lead
time and whether you can support an operating temperature down to -30 degrees Celsius.

Best regards,
Qin Shu
Purchasing, Yuanyan Technology
"""
QUOTES = """供应商,国家,型号,数量,单价,币种,交期(周),起订量,质保(月),精度(%RH)
Fjordline Components,挪威,HT-40,5000,3.85,USD,6,1000,36,±1.5
Fjordline Components,挪威,HT-40,10000,3.60,USD,6,1000,36,±1.5
芯澜电子,中国,XL-TH20,5000,26.50,CNY,4,2000,24,±2.0
芯澜电子,中国,XL-TH20,10000,25.20,CNY,4,2000,24,±2.0
Baltmere Sensors,爱沙尼亚,BM-11,5000,3.95,USD,8,500,24,±1.8
"""
SENT = datetime.datetime(2024, 11, 6, 9, 28, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


def person(name, address):
    """An address line with an encoded Chinese name."""
    return formataddr((str(Header(name, "utf-8")), address))


def text_part(kind, wording, encoding):
    """A UTF-8 text part in quoted-printable or base64."""
    chosen = charset.Charset("utf-8")
    chosen.body_encoding = encoding
    part = MIMENonMultipart("text", kind, charset="utf-8")
    part.set_payload(wording, charset=chosen)
    return part


def web_page():
    """The HTML twin of the plain text."""
    paragraphs = "".join(f"<p>{html.escape(block).replace(chr(10), '<br>')}</p>\n"
                         for block in PLAIN.strip().split("\n\n"))
    return f'<html><head><meta charset="utf-8"></head><body style="font-family:微软雅黑">\n{paragraphs}</body></html>\n'


def make():
    """Writes `供应商报价咨询.eml`."""
    mail = MIMEMultipart("mixed", boundary="=_deskmate_mixed_1")
    mail["From"] = person("秦舒", "qin.shu@yuanyan.example")
    mail["To"] = person("蔡国栋", "cai.guodong@yuanyan.example")
    mail["Cc"] = person("何婉清", "he.wanqing@yuanyan.example")
    mail["Subject"] = Header("答复: 供应商报价咨询 HT-40 温湿度模块 / Quotation request", "utf-8")
    mail["Date"] = format_datetime(SENT)
    mail["Message-ID"] = "<20241106012800.1@yuanyan.example>"
    mail["In-Reply-To"] = "<20241105154200.7@fjordline.example>"
    alternative = MIMEMultipart("alternative", boundary="=_deskmate_alternative_1")
    alternative.attach(text_part("plain", PLAIN, charset.QP))
    alternative.attach(text_part("html", web_page(), charset.BASE64))
    mail.attach(alternative)
    attachment = Message()
    attachment.add_header("Content-Type", "text/csv", charset="gb18030")
    attachment.add_header("Content-Disposition", "attachment", filename=("utf-8", "", "报价对比.csv"))
    attachment.set_payload(QUOTES.replace("\n", "\r\n").encode("gb18030"))
    encode_base64(attachment)
    mail.attach(attachment)
    (SAMPLES / "供应商报价咨询.eml").write_bytes(mail.as_bytes(policy=policy.compat32.clone(linesep="\r\n")))


if __name__ == "__main__":
    make()
