"""The tool's pages in Chinese."""

from types import MappingProxyType

from autograder.web.words.interface import StudentWords, TeacherWords, Words
from autograder.web.words.zh_messages import BECAUSE, FILES, MESSAGES

STUDENT = StudentWords(
    hand_in="提交",
    notebook="笔记本文件（.ipynb）",
    drop_here="把笔记本拖到这里，或者点击选择。",
    chosen="已选择：{name}",
    send="提交",
    sending="正在发送……",
    rules="规则",
    due="截止时间：{time}。",
    no_due="没有截止时间。",
    closes="{time} 之后不再接收。",
    late_costs="逾期后，每过一天（不足一天按一天算）扣 {percent}% 的分数，最多扣 {cap}%。",
    late_free="逾期不扣分。",
    keep=MappingProxyType(
        {
            "best": "取最好的一次：之后的提交不会降低分数。",
            "last": "取最后一次。",
            "first": "取第一次。",
        }
    ),
    attempts_used="已用次数：{used} / {allowed}。",
    attempts_free="提交次数不限。已用次数：{used}。",
    cool_down="两次提交之间至少间隔 {minutes} 分钟。",
    same_file="重复提交同一个文件不计次数，会显示它原来的结果。",
    limits="一份笔记本，最大 {megabytes} MB；每小时最多提交 {per_hour} 次。",
    attempts="我的提交",
    no_attempts="还没有。",
    number="提交",
    handed_in="提交时间",
    score="得分",
    state="状态",
    counts="计入成绩",
    counts_long="这一次计入成绩。",
    points="{points} / {max_points} 分",
    late_penalty="迟交：扣 {points} 分。",
    states=MappingProxyType(
        {
            "queued": "等待评分",
            "grading": "正在评分",
            "graded": "已评分",
            "waits": "等待人工评分",
            "failed": "无法评分，不是提交者的错",
        }
    ),
    attempt="第 {number} 次提交",
    open_attempt="打开第 {number} 次提交",
    back="回到练习",
    file="文件",
    place_next="队列里下一个就是它。",
    place="队列里前面还有 {ahead} 份。",
    watching="结果一出来，这个页面就会自动显示。",
    reload="再看一次",
    feedback="反馈",
    feedback_alone="单独打开反馈",
    was_there="这个文件之前提交过。下面是它的结果，不计次数。",
    gradebook=MappingProxyType(
        {
            "waiting": "正在送往课程的成绩册。",
            "delivered": "已在课程的成绩册里。",
            "differs": "课程的成绩册显示的是另一个分数，可能是教师填写的。",
            "refused": "还不在课程的成绩册里。教师能看到原因。",
            "dead": "还不在课程的成绩册里。教师能看到原因。",
        }
    ),
    refusals=MappingProxyType(
        {
            "closed": "这个练习的时间已过，不再接收。",
            "no_attempt_left": "{number} 次机会都已用完。",
            "one_at_work": "有一次提交正在评分，完成后可以再提交。",
            "too_many_this_hour": "一小时内已有 {number} 次提交。{time} 起可以再提交。",
            "cooling_down": "{time} 起可以再提交。",
        }
    ),
    refused_file="没有接收这个文件，不计次数",
    files=FILES,
    preview="学生看到的就是这个页面。学生可以在这里提交，教师不可以：学习平台不接收教师的分数。",
    regraded="教师让它重新评过分。",
)

TEACHER = TeacherWords(
    class_="全班",
    student="学生",
    attempts="提交次数",
    last="最近提交",
    score="得分",
    gradebook="成绩册",
    actions="操作",
    delivery=MappingProxyType(
        {
            "none": "没有要送的",
            "waiting": "等待发送",
            "delivered": "已送达",
            "differs": "显示的是另一个分数",
            "locked": "已锁定",
            "refused": "被拒绝",
            "dead": "已放弃",
        }
    ),
    because=BECAUSE,
    lms_says="学习平台的说法：{words}",
    shown="成绩册按自己的满分显示 {shown}；送去的是 {sent} 分（满分 {maximum}）。保持原样。",
    next_try="已试 {tries} 次。下一次：{time}。",
    resend="重新发送",
    resend_all="全部重新发送",
    regrade="重新评分",
    regrade_all="全部重新评分",
    resend_of="重新发送 {student} 的分数",
    regrade_of="重新给 {student} 的提交评分",
    nobody="还没有人提交。",
    nameless="学习平台没有给出姓名。这里的代号和下载文件里的相同。",
    no_line_item="学习平台没有为这个活动设成绩，所以不发送分数。在 Moodle 里编辑这个活动："
    "成绩 > 允许工具在成绩册里添加成绩。然后再打开这里一次，分数就会送出。",
    who_is_missing="谁还没有提交？",
    missing="还没有提交：课程里 {students} 名学生中的 {count} 名",
    done_resend="将重新发送：{count}。",
    done_regrade="将重新评分：{count}。",
    done_policy="规则已保存。因此改变的分数会送往成绩册。",
    done_chosen="作业已选定。",
    alerts="需要人来处理的事",
    seen="知道了",
    policy="规则",
    due_at="截止时间",
    closes_at="停止接收",
    utc="UTC 时间",
    late_per_day="逾期每天（不足一天按一天算）扣分，占满分的 %",
    late_cap="最多扣分，%",
    keep="取哪一次",
    keeps=MappingProxyType({"best": "最好的一次", "last": "最后一次", "first": "第一次"}),
    allowed="提交次数",
    allowed_hint="留空：不限",
    cool_down="两次提交之间的分钟数",
    save="保存",
    policy_note="以这台服务器收到的时间判断是否逾期。留空：没有截止。学习平台给出截止时间时，以它为准；在这里保存另一个时间后不再跟随。",
    downloads="下载",
    downloads_note="每位学生计入成绩的那一次。需要填写学习平台表格的，请先在那里下载。"
    "Gradescope 和 Coursera 的评分包含有隐藏的答案，由运行这个工具的人用 autograder export 生成。",
    formats=MappingProxyType(
        {
            "csv": "表格（CSV）",
            "xlsx": "工作簿（Excel）",
            "result": "结果记录（JSON）",
            "moodle-worksheet": "Moodle：填好的评分表",
            "moodle-feedback": "Moodle：反馈文件（zip）",
            "canvas-csv": "Canvas：填好的成绩册",
            "blackboard-csv": "Blackboard：填好的成绩册",
        }
    ),
    sheet="从学习平台下载的文件",
    column="列名（无法自动找到时填写）",
    download="下载",
    made="文件里有 {grades} 个分数、{comments} 条评语。",
    not_in_file="没有如期写进文件的",
    student_page="学生看到的页面",
    choose_title="选择作业",
    choose="选择",
    choose_note="打开这个活动的学生将做这份作业。",
    nothing_released="还没有发布任何作业。请让运行这个工具的人执行：autograder release",
    out_of="{points} 分",
    going_back="正在回到课程……",
    go_on="继续",
    faults=MappingProxyType(
        {
            "time": "{field}：“{value}”不是带时刻的日期。格式例如 2027-01-31T23:59。",
            "number": "{field}：这里不能是“{value}”。应为 {least} 到 {most} 之间的数。",
            "keep": "取哪一次：应为 best、last 或 first。",
            "order": "停止接收会早于截止时间。请把停止接收的时间设在截止时间或之后。",
            "sheet": "请选择从学习平台下载的文件。",
            "no_records": "还没有评过分，没有可下载的内容。",
        }
    ),
)

CHINESE = Words(
    lang="zh",
    other_lang="en",
    in_other="English",
    skip="跳到正文",
    close="关闭这个窗口",
    new_tab="还差一步：浏览器不让嵌在别的页面里的页面工作。",
    new_tab_link="在新标签页里打开",
    technical="给课程管理者",
    registered="已注册“{platform}”。",
    registered_moodle="在 Moodle 里还没有完成：需要管理员在工具下面点击“激活”"
    "（网站管理 > 插件 > 活动模块 > 外部工具 > 管理工具）。之后教师可以在课程里启用它"
    "（更多 > LTI 外部工具）。",
    messages=MESSAGES,
    student=STUDENT,
    teacher=TEACHER,
)
