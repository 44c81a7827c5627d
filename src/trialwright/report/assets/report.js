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
    const plain = (node) => (node ? node.textContent : "").replace(/[\u2007\u2008]/g, "").trim();
    const row = button.closest("tr").querySelector("th");
    const caption = button.closest(".table").querySelector(".caption");
    add(box, "p", plain(caption));
    const count = data.words.count.replace("{count}", who.length);
    add(box, "p", [plain(row), plain(button), count].filter(Boolean).join(" · "));
    const method = data.methods[button.dataset.m];
    if (method) add(box, "p", data.words.method.replace("{method}", method)).className = "small";
    add(box, "p", data.origin).className = "small";
    const table = add(box, "table");
    const head = add(add(table, "thead"), "tr");
    [data.words.participant, data.words.arm, ...(known ? [data.words.value] : [])].forEach((word) => add(head, "th", word));
    const body = add(table, "tbody");
    who.forEach((i) => {
      const line = add(body, "tr");
      const cell = add(line, "td");
      if (document.getElementById("p-" + i)) {
        const link = add(cell, "a", data.people[i][0]);
        link.href = "#p-" + i;
        link.onclick = () => { box.close(); document.getElementById("p-" + i).open = true; };
      } else cell.textContent = data.people[i][0];
      add(line, "td", data.arms[data.people[i][1]] || "");
      if (known) add(line, "td", i in values ? values[i] : "–").className = "r";
    });
    box.showModal();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-s]");
    if (button) show(button);
    else if (event.target === box) box.close();
  });
})();
