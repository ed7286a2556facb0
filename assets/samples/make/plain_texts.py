"""Makes the plain text files: the meeting transcript (UTF-8) and the duty roster (GB18030)."""

from meeting_text import HEADER, SPEAKERS, TURNS
from output import SAMPLES

DUTY = """苏州园区值班安排说明

一、值班时间
1. 工作日夜间值班：18:00至次日8:30。
2. 周末和法定节假日值班：8:30至次日8:30，分为日班（8:30—20:30）和夜班（20:30—次日8:30）。

二、值班人员
1. 每班设带班领导1名、值班员2名。带班领导由各部门负责人轮流担任，值班员由综合管理部统一排班。
2. 值班表每月25日前发布下月安排。需要调班的，应当提前2天在值班系统申请，并自行找好替班人员。

三、2024年国庆节值班表
日期          带班领导    日班值班员        夜班值班员
10月1日       蔡国栋      曹一鸣、田甜      冯磊、祝晓东
10月2日       许婧        孙婉、岳鹏        尹航、陶思齐
10月3日       唐立群      乔亦凡、白露      龚俊、黎晓峰
10月4日       周若兰      何婉清、阮文博    冯磊、尹航
10月5日       程一诺      孟可、曹一鸣      祝晓东、龚俊
10月6日       顾明远      贺子谦、田甜      陶思齐、黎晓峰
10月7日       蔡国栋      孙婉、白露        岳鹏、阮文博

四、值班要求
1. 值班员每2小时巡查一次，重点检查机房、配电室、危化品仓库和消防控制室，并填写《巡查记录表》。
2. 机房温度应当保持在18℃至27℃之间，超过27℃的，立即通知信息技术部值班电话0512-5550-8400。
3. 发生火情，先拨打119，再报告带班领导；发生人员受伤，先拨打120。
4. 带班领导接到重大事项报告后，应当在30分钟内到达现场。
5. 值班期间禁止饮酒，不得擅自离岗。擅自离岗的，取消当班值班补贴，并在全公司通报。

五、值班补贴
1. 工作日夜间值班：每班150元。
2. 周末值班：每班200元。
3. 法定节假日值班：每班400元，并可以调休1天。
4. 值班补贴由综合管理部于次月5日前汇总，随工资发放。

六、交接班
交接班应当当面进行，交接内容包括巡查记录、钥匙、对讲机和未办结事项。接班人员未到岗的，交班人员不得离开。

综合管理部
2024年9月20日
"""


def transcript():
    """Gives every turn its time: a pause, then a length that follows the number of characters."""
    seconds, lines = 14 * 3600 + 5, []
    for line in TURNS.strip().splitlines():
        speaker, _, wording = line.partition(" ")
        stamp = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        lines.append(f"[{stamp}] {SPEAKERS[speaker]}：{wording}")
        seconds += 6 + len(wording) * 2 // 5
    return HEADER + "\n" + "\n".join(lines) + "\n"


def make():
    """Writes both text files."""
    (SAMPLES / "项目周会记录.txt").write_bytes(transcript().encode("utf-8"))
    (SAMPLES / "值班安排说明.txt").write_bytes(DUTY.replace("\n", "\r\n").encode("gb18030"))


if __name__ == "__main__":
    make()
