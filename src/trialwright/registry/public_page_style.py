"""The look of the public page."""

STYLE = """
:root{--ink:#1d2733;--dim:#5b6875;--line:#d9dfe5;--link:#1f5f8b}
*{box-sizing:border-box}
body{margin:0;background:#f4f6f8;color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:24px;background:#fff}
h1{font-size:25px;margin:0 0 6px}
h2{font-size:20px;border-bottom:2px solid var(--link);padding-bottom:4px;margin:32px 0 8px}
h3{font-size:17px;margin:22px 0 6px}h4{font-size:15px;margin:18px 0 2px}
p{margin:0 0 8px}.dim,footer{color:var(--dim)}footer{margin-top:32px;font-size:13px}
nav a{display:inline-block;margin:8px 16px 0 0;color:var(--link)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:0 0 10px;font-size:14px}
th,td{border:1px solid var(--line);padding:5px 8px;text-align:left;vertical-align:top}
th{background:#f0f4f7;font-weight:600}th[scope=row]{width:220px}td p{margin:0}
@media print{body{background:#fff}nav{display:none}}
"""
