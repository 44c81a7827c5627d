"""How the HTML report looks: one style sheet, system fonts, made for a screen and for A4."""

STYLE = """
:root{--ink:#1a1a1a;--muted:#5b6168;--rule:#c9ced4;--faint:#eef0f2;--link:#0b62a4;--caution:#8a3b00}
*{box-sizing:border-box}
html{scroll-padding-top:3.2rem;-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;font:15px/1.55 -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",
"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-kerning:normal}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
.band{position:sticky;top:0;z-index:5;padding:.38rem 1rem;background:#ffe9b8;color:#4a3200;border-bottom:1px solid #d9b96a;
font-size:13px;font-weight:600;letter-spacing:.02em;text-align:center}
.page{display:grid;grid-template-columns:minmax(0,1fr);max-width:60rem;margin:0 auto;padding:0 1.5rem 6rem}
nav{font-size:13px;line-height:1.4}
nav ol{list-style:none;margin:0;padding:0}nav li{margin:.28rem 0}nav a{color:var(--muted);display:block;overflow:hidden;text-overflow:ellipsis}
nav a:hover{color:var(--link)}
@media(min-width:80rem){.page{grid-template-columns:15rem minmax(0,60rem);gap:0 3.5rem;max-width:82rem}
header.front,main{grid-column:2}
nav{grid-column:1;grid-row:1/span 2;position:sticky;top:2.4rem;align-self:start;max-height:calc(100vh - 3rem);overflow:auto;padding:2.6rem 0 1rem}
nav a{white-space:nowrap}}
@media(max-width:79.99rem){nav{padding:.4rem 0 0;columns:2;column-gap:2rem}}
main{min-width:0}
header.front{padding:2.6rem 0 1.4rem}
.kind{margin:0 0 .35rem;font-size:13px;color:var(--muted)}
h1{margin:0 0 1.5rem;font-size:1.85rem;line-height:1.22;font-weight:650;letter-spacing:-.012em;max-width:46rem;text-wrap:balance}
h2{margin:0 0 1rem;font-size:1.3rem;line-height:1.3;font-weight:650;letter-spacing:-.006em;text-wrap:balance}
h2 .number{color:var(--muted);font-weight:400;margin-right:.6em;font-variant-numeric:tabular-nums}
h3{margin:1.8rem 0 .5rem;font-size:1rem;font-weight:650}
section{padding:2.2rem 0 .6rem;border-top:1px solid var(--rule);margin-top:2rem}
.mark{float:right;margin:.35rem 0 0 1rem;font-size:11px;font-weight:600;color:#6b4a00}
p{margin:0 0 .8rem;max-width:46rem}
p.small{font-size:13px;color:var(--muted)}
p.caution{border-left:3px solid var(--caution);padding:.1rem 0 .1rem .8rem;color:var(--caution)}
p.head{margin:1.3rem 0 .5rem;font-weight:650}
.term{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:0 1.2rem;margin:0 0 .6rem}
.term dt{font-weight:600;font-size:13.5px;line-height:1.5}.term dd{margin:0;font-size:14px;line-height:1.5}
dl.facts{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:.34rem 1.2rem;margin:0 0 1.4rem;font-size:14px;line-height:1.5}
dl.facts dt{color:var(--muted);font-size:13.5px}dl.facts dd{margin:0;overflow-wrap:anywhere}
@media(max-width:40rem){.term,dl.facts{grid-template-columns:minmax(0,1fr)}dl.facts dd,.term dd{margin-bottom:.4rem}}
figure,.table{margin:1.9rem 0 2.2rem}
figcaption,.caption{margin:0 0 .55rem;font-size:14px;font-weight:600;line-height:1.4;max-width:none}
.caption .number,figcaption .number{font-weight:600;color:var(--muted);margin-right:.5em}
figure svg{display:block;width:100%;height:auto;max-width:50rem;font-family:inherit}
.scroll{overflow-x:auto}
table{border-collapse:collapse;min-width:60%;font-size:13px;line-height:1.4;font-variant-numeric:tabular-nums lining-nums;
border-top:1.5px solid var(--ink);border-bottom:1.5px solid var(--ink)}
th,td{padding:.24rem .7rem;text-align:left;vertical-align:top;font-weight:400}
th:first-child,td:first-child{padding-left:.15rem}
thead th{font-weight:600;vertical-align:bottom;line-height:1.3}
thead tr:last-child th{border-bottom:1px solid var(--ink)}
thead th.span{border-bottom:1px solid var(--rule);text-align:center}
td.n,th.n{text-align:center}td.n{white-space:nowrap}th.n{max-width:11rem}
td.t{min-width:7rem;max-width:24rem}
tbody th{min-width:9rem;max-width:24rem}
tbody tr.g>*{padding-top:.55rem}tbody tr.g th{font-weight:600}
tbody tr.s th,tbody tr.s td{border-top:1px solid var(--faint)}
tbody tr.f>*{border-top:1px solid var(--rule)}
.i1{padding-left:1.1rem!important}.i2{padding-left:2.2rem!important;color:var(--muted)}
sup{font-size:.72em;line-height:0;color:var(--muted)}
.notes{margin:.5rem 0 0;font-size:12px;line-height:1.45;color:var(--muted);max-width:none}
.notes p{margin:0 0 .12rem;max-width:none}.notes span{white-space:nowrap}
td button{font:inherit;color:inherit;background:none;border:0;padding:0;margin:0;cursor:pointer;white-space:inherit;text-align:inherit}
tr:hover td button{color:var(--link)}td button:hover,td button:focus-visible{text-decoration:underline;text-underline-offset:2px}
.listing table{font-size:12px;min-width:100%}.listing th,.listing td{padding:.16rem .5rem;white-space:nowrap}
.listing td{max-width:22rem;overflow:hidden;text-overflow:ellipsis}
details{border-bottom:1px solid var(--faint)}
summary{cursor:pointer;padding:.4rem 0;font-size:14px}summary .arm{color:var(--muted);margin-left:.8em}
details .caption{margin-top:1rem}
dialog{width:min(34rem,92vw);max-height:80vh;border:1px solid var(--rule);border-radius:6px;padding:1.1rem 1.3rem;color:inherit;
box-shadow:0 10px 40px rgba(0,0,0,.18)}
dialog::backdrop{background:rgba(20,24,28,.28)}
dialog h3{margin:0 0 .2rem}dialog p{font-size:13px;color:var(--muted)}
dialog table{min-width:100%}
dialog button.close{float:right;font:inherit;font-size:13px;border:1px solid var(--rule);background:#fff;border-radius:4px;padding:.15rem .6rem;cursor:pointer}
footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--rule);font-size:12px;color:var(--muted)}
@media print{
body{font-size:9.6pt;line-height:1.42}
.page{display:block;max-width:none;padding:0}
.band,dialog,.screen{display:none!important}
nav{position:static;columns:2;padding:6mm 0 0;max-height:none;font-size:9pt}
nav a{white-space:normal;color:var(--ink)}
header.front{padding:0}
h1{font-size:19pt}h2{font-size:13.5pt}h2,h3,.caption,figcaption{break-after:avoid}
section{break-before:page;border:0;margin:0;padding:0}
#synopsis .term{margin-bottom:.32rem}#synopsis .term dt,#synopsis .term dd{font-size:8.6pt;line-height:1.34}#synopsis p{font-size:8.6pt;margin-bottom:.4rem}
#synopsis .term{grid-template-columns:9.5rem minmax(0,1fr)}
figure,.term,dl.facts>*{break-inside:avoid}
.scroll{overflow:visible}
table{font-size:7.8pt;min-width:100%}
.keep{break-inside:avoid}
td.t{max-width:none}
thead{display:table-header-group}tr{break-inside:avoid}
th,td{padding:.12rem .4rem}
td.n{white-space:nowrap}
.notes{font-size:7.2pt;break-inside:avoid;break-before:avoid}
.listing table{font-size:6.4pt}.listing th,.listing td{padding:.06rem .25rem;white-space:normal;max-width:none}
a{color:inherit}
}
"""


def render_page_rules(band: str, running: str) -> str:
    """The rules of the printed page: the band at its head, the running line and the page number at its foot."""
    head = (
        f'@top-center{{content:"{_quote(band)}";font:600 8pt Arial,sans-serif;color:#4a3200;background:#ffe9b8;width:100%;height:6mm;margin:5mm 0 6mm}}'
        if band
        else ""
    )
    foot = f'@bottom-left{{content:"{_quote(running)}";font:6.6pt Arial,sans-serif;color:#5b6168;width:88%;text-align:left}}'
    number = "@bottom-right{content:counter(page);font:7.5pt Arial,sans-serif;color:#5b6168}"
    return f"@page{{size:A4;margin:17mm 15mm 16mm;{head}{foot}{number}}}"


def _quote(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ").replace("\n", " ")


SCRIPT = """
(() => {
  const data = JSON.parse(document.getElementById("behind").textContent);
  const box = document.getElementById("open");
  const add = (parent, tag, text) => { const e = document.createElement(tag); if (text) e.textContent = text; parent.append(e); return e; };
  const unpack = (text) => text.split(",").flatMap((run) => {
    const [a, b] = run.split("-").map(Number);
    return b === undefined ? [a] : Array.from({ length: b - a + 1 }, (_, i) => a + i);
  });
  const show = (button) => {
    const set = data.sets[button.dataset.s];
    const who = set === "" ? [] : unpack(set);
    const values = data.values[button.dataset.v] || {};
    const known = who.some((i) => i in values);
    box.replaceChildren();
    const close = add(box, "button", data.words.close);
    close.type = "button"; close.className = "close"; close.onclick = () => box.close();
    add(box, "h3", data.words.title);
    const line = button.closest("tr").querySelector("th");
    add(box, "p", [line ? line.textContent : "", button.textContent.trim(), data.words.count.replace("{count}", who.length)].filter(Boolean).join(" · "));
    const table = add(box, "table");
    const head = add(add(table, "thead"), "tr");
    [data.words.participant, data.words.arm, ...(known ? [data.words.value] : [])].forEach((word) => add(head, "th", word));
    const body = add(table, "tbody");
    who.forEach((i) => {
      const row = add(body, "tr");
      const cell = add(row, "td");
      if (document.getElementById("p-" + i)) {
        const link = add(cell, "a", data.people[i][0]);
        link.href = "#p-" + i;
        link.onclick = () => { box.close(); document.getElementById("p-" + i).open = true; };
      } else cell.textContent = data.people[i][0];
      add(row, "td", data.arms[data.people[i][1]] || "");
      if (known) add(row, "td", i in values ? values[i] : "–").className = "n";
    });
    box.showModal();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-s]");
    if (button) show(button);
    else if (event.target === box) box.close();
  });
})();
"""
