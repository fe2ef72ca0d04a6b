"""Words about jobs: what takes longer than a request."""

WORDS = {
    "days_many": "{argument}：一次最多安排 {most} 天",
    "job_account": "提出此作业的账号现已无权操作；未作任何改动",
    "job_cancelled": "已取消；未作任何改动",
    "job_file": "缺少 {argument}；请随同发送所涉文件",
    "job_file_name": "{argument} 的文件名不可用；请用 1 至 {longest} 个字符，并带扩展名，如 .xlsx",
    "job_killed": "执行作业的进程失去联系，可能是机器关闭；其改动或全部完成，或完全没有：请查看，未完成则重新提出",
    "job_no_file": "作业 {job}：没有可取的文件，或文件已过 {hours} 小时的保存期",
    "job_stopped": "执行进程正在停止；将由另一进程重新开始",
    "job_unforeseen": "发生了不应发生的错误；没有留下未完成的改动。请把作业编号告知管理员",
    "route_no_file": "路线方案没有文件 {name}；可取：{allowed}",
    "jobs_many": "您有 {most} 个作业尚未结束；请等待，或取消其中一些",
    "job_grid_files": "{argument}：网格可为一个文件，或每级一个文件；请去掉 {argument} 或 {levels}",
    "job_columns": "列名可对所有级别只写一个，或按“级别=列名”逐级书写；级别为 {levels} 之一",
}
