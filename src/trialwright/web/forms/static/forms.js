// A form of the study in the browser: what the server says of it is shown. Its draft is sent by drafts.js. Without
// scripts it works too.
"use strict";

(function () {
  const loadedAt = Date.now();

  function entry() { return document.getElementById("entry"); }

  function each(selector, act, root) { (root || document).querySelectorAll(selector).forEach(act); }

  // What the server's answer says of the whole form: which items are asked, which values want to be confirmed.
  function applyState() {
    const form = entry(), state = document.getElementById("form-state");
    if (!form) return;
    if (state && "isAnswer" in state.dataset) {
      const hidden = state.dataset.hidden.split(" "), odd = state.dataset.impossible.split(" ");
      each("[data-item]", function (item) { item.hidden = hidden.includes(item.dataset.item); }, form);
      each("[data-confirm]", function (box) {
        const input = box.querySelector("input");
        box.hidden = !odd.includes(box.dataset.confirm) && !input.value;
      }, form);
      form.dataset.grades = state.dataset.grades || "";
    }
    const grades = (form.dataset.grades || "").split(" ").filter(Boolean);
    each("input[name='v.grade'], input[name='v.grade_at_onset']", function (radio) {
      radio.disabled = grades.length > 0 && !grades.includes(radio.value) && !radio.checked;
    }, form);
    if (form.dataset.now) each("button[data-now]", function (button) { button.hidden = false; }, form); // readers have no clock
  }

  document.addEventListener("input", function (event) {
    if (!entry() || !entry().contains(event.target)) return;
    const item = event.target.closest("[data-item]"), name = event.target.name || "";
    if (!item) return;
    const reason = item.querySelector("[data-novalue]");
    if (event.target === reason && reason.value) {
      each("input, textarea, select", function (field) {
        if (!/^[vt]\./.test(field.name)) return;
        if (field.type === "radio") field.checked = false; else field.value = "";
      }, item);
    } else if (/^[vt]\./.test(name) && reason && reason.value && event.target.value) {
      reason.value = "";
    }
    if (name === "v.term") set("v.ctcae_code", ""); // the code comes with the term that is chosen, or from the server
    if (event.target.tagName === "TEXTAREA") grow(event.target);
  });

  function grow(area) {
    area.rows = Math.min(8, area.value.split("\n").reduce(function (sum, line) { return sum + 1 + Math.floor(line.length / 45); }, 0));
  }

  // A radio button that is clicked again is taken back.
  document.addEventListener("pointerdown", function (event) {
    const label = event.target.closest(".radio"), radio = label && label.querySelector("input[type=radio]");
    if (radio) radio.dataset.was = radio.checked ? "1" : "";
  });
  document.addEventListener("click", function (event) {
    const radio = event.target;
    if (radio.type !== "radio" || !entry() || !entry().contains(radio)) return;
    if (radio.dataset.was === "1") takeBack(radio);
    radio.dataset.was = "";
  });
  // The same by keyboard: Delete or the backspace.
  document.addEventListener("keydown", function (event) {
    const radio = event.target;
    if (event.key !== "Delete" && event.key !== "Backspace") return;
    if (radio.type === "radio" && radio.checked && entry() && entry().contains(radio)) takeBack(radio);
  });

  function takeBack(radio) {
    radio.checked = false;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("click", function (event) {
    const now = event.target.closest("button[data-now]");
    if (now) fillNow(now.dataset.now);
    const hit = event.target.closest(".hit");
    if (hit) takeTerm(hit);
  });

  // The time on the server's clock at the site, not the tablet's.
  function fillNow(item) {
    const start = Date.parse(entry().dataset.now + ":00Z");
    const text = new Date(start + (Date.now() - loadedAt)).toISOString();
    set("v." + item, text.slice(0, 10));
    set("t." + item, text.slice(11, 16));
    sendNow();
  }

  function sendNow() {
    entry().dispatchEvent(new Event("input", { bubbles: true }));
    htmx.trigger(entry(), "retry");
  }

  function set(name, value) {
    const field = entry().elements.namedItem(name);
    if (field && "value" in field) field.value = value;
  }

  function takeTerm(hit) {
    set("v.term", hit.dataset.term);
    set("v.ctcae_code", hit.dataset.code);
    entry().dataset.grades = hit.dataset.grades.trim();
    document.getElementById("term-hits").replaceChildren();
    applyState();
    document.getElementById("f-term").focus();
    sendNow();
  }

  document.addEventListener("htmx:oobAfterSwap", applyState);
  document.addEventListener("htmx:afterSettle", applyState);
  document.addEventListener("DOMContentLoaded", function () {
    applyState();
    each("textarea", grow);
  });
})();
