"""What the tool's pages of one message say in Chinese, and why a score did not arrive."""

from types import MappingProxyType

from autograder.web.words.interface import Message

MESSAGES = MappingProxyType(
    {
        "session_over": Message(
            "请从课程里重新打开这个练习",
            "这个页面属于一次已经结束的访问，或者这个浏览器后来打开了别的练习。已经提交的内容都还在。",
        ),
        "stale_form": Message(
            "这个页面已经过期",
            "这个浏览器后来打开了别的练习，或者访问已经结束，所以什么也没有改动。"
            "请从课程里重新打开这个练习。",
        ),
        "not_found": Message("没有这个页面", "请从课程里重新打开这个练习。"),
        "teachers_only": Message("这个页面是给教师的", "课程里登记的身份是学生。"),
        "students_only": Message(
            "这里由学生提交，教师不能提交",
            "学习平台不接收教师的分数。想试一试的话，请用学生账号。",
        ),
        "no_role": Message(
            "课程没有给出可用的身份",
            "这里需要学生或教师的身份。请联系课程的管理者登记。",
        ),
        "not_chosen": Message(
            "这里还没有选定作业",
            "需要教师先打开这个活动一次，选定一份作业。请稍后再来。",
        ),
        "too_large": Message(
            "内容太大",
            "最多接收 {megabytes} MB。请在 Jupyter 里清除所有输出，保存，然后再提交。",
        ),
        "bad_request": Message("无法读懂这个请求", "请从课程里重新打开这个练习。"),
        "wrong_method": Message("这个地址不是这样用的", "请从课程里重新打开这个练习。"),
        "too_often": Message("短时间内提交的文件太多", "请等几分钟再提交。"),
        "trouble": Message(
            "这里出了问题，不是提交者的错",
            "之前提交的内容都还在。请过一分钟再试；如果还是这样，请把发生的时间告诉教师。",
        ),
        "launch_refused": Message(
            "课程没能打开这个练习",
            "请从课程里再打开一次。如果还是这样，请把下面这句话发给课程的管理者。",
        ),
        "no_cookie": Message(
            "浏览器没有保存这个页面的任何内容",
            "浏览器会阻止嵌在别的页面里的页面使用 cookie。在单独的标签页里就可以了。",
        ),
        "invitation": Message(
            "这个邀请不能用",
            "它已经用过，或者已经过期，或者没有完整复制。请让运行这个工具的人再做一个："
            "autograder lti invite",
        ),
        "paste_invitation": Message(
            "这个地址要填到学习平台里",
            "请复制它，粘贴到学习平台注册工具的地方：在 Moodle 里是"
            "“网站管理 > 插件 > 活动模块 > 外部工具 > 管理工具”。平台随后会打开它，双方互相登记。"
            "它只能用一次。",
        ),
        "registration_failed": Message(
            "注册没有成功",
            "这里什么也没有改动，邀请仍然可以用。学习平台的说法：",
        ),
        "registered": Message("学习平台和这个工具已经互相认识", "可以关闭这个窗口了。"),
    }
)

BECAUSE = MappingProxyType(
    {
        "overridden": "学习平台显示的是另一个分数，很可能是教师在那里改过。",
        "capped": "学习平台显示的是它的满分，比送去的分数低。",
        "comment": "学习平台显示了分数，但评语不同。",
        "not_shown": "学习平台收下了分数，却没有显示。",
        "no_points": "分数不是大于 0 的满分之内的数。",
        "clock": "这个分数的时间在将来。请让这台服务器用 NTP 校准时钟。",
        "future": "学习平台里有一个时间在将来的分数，在那之前会拒绝所有其他分数。",
        "conflict": "学习平台一再表示它已有更新的分数。",
        "no_scope": "学习平台不允许这个工具发送分数。请在那里允许成绩服务。",
        "unauthorized": "学习平台对这个成绩项不接受它自己发出的访问令牌。",
        "forbidden": "学习平台不允许这个工具在这门课里评分。",
        "gone": "这个成绩项已经不存在：活动被删除了。",
        "not_a_student": "学习平台不接收这个人的分数，或者提交次数已经用完。",
        "refused": "学习平台拒绝了这个分数。在 Moodle 里，教师和已退出课程的人会得到这个回答。",
        "locked": "Moodle 回答 500 通常表示成绩被锁定。请在那里解锁，然后重新发送。",
        "server": "学习平台报告了它自己的错误。",
        "throttled": "学习平台要求放慢请求。",
        "no_answer": "学习平台没有回答。",
        "token": "学习平台没有给出访问令牌。",
        "keyset": "学习平台无法获取这个工具的公钥。",
    }
)

FILES = MappingProxyType(
    {
        "none": "没有收到文件。请先选择笔记本，再提交。",
        "several": "收到了多个文件。这里只接收一份笔记本。",
        "large": "文件有 {size} MB，最多接收 {megabytes} MB。请在 Jupyter 里清除所有输出（Kernel "
        "> Restart Kernel and Clear Outputs），保存，然后再提交。",
        "other_json": "这个文件是 JSON，但不是笔记本。请选择 Jupyter 保存的 .ipynb 文件。",
        "new_format": "这份笔记本的格式是 {version}，这里接收 4 或更早的格式。请在 Jupyter 里存为"
        "格式 4，然后再提交。",
        "many_cells": "这份笔记本有 {found} 个单元格，最多能评 {most} 个。请删去练习用不到的单元"
        "格，保存，然后再提交。",
        "no_cells": "这个文件里读不到单元格。请用 Jupyter 打开并保存，然后再提交。",
        "much_code": "这份笔记本的代码有 {found} 个字符，最多能评 {most} 个。请从文件读取数据，不"
        "要把数据写进单元格。",
        "empty": "这个文件是空的。这里接收笔记本：请在 Jupyter 里保存，然后再提交。",
        "many_values": "这个文件里有 {found} 个值，最多能评 {most} 个。请在 Jupyter 里清除所有输"
        "出，保存，然后再提交。",
        "no_text": "这个文件不是笔记本：它不是文本，可能是压缩包或 PDF。请选择 .ipynb 文件本身。",
        "web_page": "这个文件是网页，不是笔记本。请在 Jupyter 里选择 File > Download，提交下载的"
        "文件。",
        "broken_json": "无法把这个文件当作笔记本来读：它的 JSON 不完整，可能没有保存完或传送完。"
        "请在 Jupyter 里选择 File > Download，提交下载的文件。",
        "deep": "这个文件嵌套了 {found} 层，笔记本用不到 20 层。请选择 Jupyter 保存的 .ipynb 文件"
        "。",
    }
)
"""Why a file is not taken, by the reason of the intake or of the page."""
