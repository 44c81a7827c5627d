// A form in the browser: what the server says is shown, what cannot be sent is not lost. Without scripts it works too.
"use strict";

(function () {
  let isUnsent = false; // something was typed that the server has not got
  let isSaving = false;
  let retryTimer = 0;
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
    each("[data-now]", function (button) { if (button.tagName === "BUTTON") button.hidden = false; }, form);
  }

  function tell(isLost) {
    const note = document.getElementById("form-lost"), state = document.getElementById("form-state");
    if (note) note.hidden = !isLost;
    if (state) state.hidden = isLost;
    const general = document.getElementById("lost");
    if (general && entry()) general.hidden = true;
  }

  function retry() {
    window.clearTimeout(retryTimer);
    if (entry() && isUnsent && !isSaving) htmx.trigger(entry(), "retry");
  }

  // Which request an event tells of: "draft", "save" or another. The button that saved may be gone from the page by then,
  // so it is known by its address.
  function kindOf(event) {
    const sent = event.detail.requestConfig;
    if (!entry() || !sent || sent.verb !== "post") return "";
    if (sent.path === entry().getAttribute("hx-post")) return "draft";
    return sent.path === entry().getAttribute("action") ? "save" : "";
  }

  document.addEventListener("input", function (event) {
    if (!entry() || !entry().contains(event.target)) return;
    isUnsent = true;
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
    if (event.target.closest("[data-retry]")) retry();
    const hit = event.target.closest(".hit");
    if (hit) takeTerm(hit);
  });

  // The time on the server's clock at the site, not the tablet's.
  function fillNow(item) {
    const start = Date.parse(entry().dataset.now + ":00Z");
    const text = new Date(start + (Date.now() - loadedAt)).toISOString();
    set("v." + item, text.slice(0, 10));
    set("t." + item, text.slice(11, 16));
    isUnsent = true;
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
    isUnsent = true;
    htmx.trigger(entry(), "retry");
  }

  // A draft that comes up while the form is being saved would take the line away from the saving: asked before htmx
  // sorts out which of the two requests goes first.
  document.addEventListener("htmx:confirm", function (event) {
    if (isSaving && entry() && event.detail.path === entry().getAttribute("hx-post")) event.preventDefault();
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (kindOf(event) === "save") isSaving = true;
  });

  document.addEventListener("htmx:sendAbort", function (event) {
    if (kindOf(event) === "save") isSaving = false;
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    const kind = kindOf(event), status = event.detail.xhr.status;
    if (!kind || (!event.detail.successful && status !== 422)) return;
    isUnsent = false;
    isSaving = kind === "save" && status === 204; // then the page is about to be left
    tell(false);
  });

  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (!kindOf(event) || event.detail.xhr.status === 422) return;
      isSaving = false;
      isUnsent = true;
      tell(true);
      window.clearTimeout(retryTimer);
      retryTimer = window.setTimeout(retry, 15000);
    });
  });
  window.addEventListener("online", retry);

  // Leaving in the middle of a field: the last words go to the server's draft, never into the browser.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && entry() && isUnsent && !isSaving) {
      navigator.sendBeacon(entry().getAttribute("hx-post"), new FormData(entry()));
    }
  });
  window.addEventListener("beforeunload", function (event) {
    const note = document.getElementById("form-lost");
    if (entry() && isUnsent && note && !note.hidden && !isSaving) event.preventDefault();
  });

  document.addEventListener("htmx:oobAfterSwap", applyState);
  document.addEventListener("htmx:afterSettle", applyState);
  document.addEventListener("DOMContentLoaded", function () {
    applyState();
    each("textarea", grow);
  });
})();
