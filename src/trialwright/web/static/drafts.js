// Drafts: what is typed into a form[data-draft] goes to the server while it is typed, and what cannot be sent is not lost.
// Nothing stays in the browser. Without scripts the forms work, without drafts.
"use strict";

(function () {
  const states = new WeakMap(); // of each form: isUnsent, isSending, isSaving, first (as it came), leaving, retryTimer

  function stateOf(form) {
    if (!states.has(form)) states.set(form, { isUnsent: false, isSending: false, isSaving: false, first: null, leaving: null });
    return states.get(form);
  }

  function allForms() { return document.querySelectorAll("form[data-draft]"); }

  // The part of a page that a draft is of; "" for the forms of the study, whose address says it.
  function nameOf(form) { return form.dataset.draft; }

  // What somebody fills in: no password, no file, nothing that the page itself put there.
  function fieldsOf(form) {
    return [...form.elements].filter(function (one) {
      return one.name && !["hidden", "password", "file", "submit", "button"].includes(one.type) && one.tagName !== "FIELDSET";
    });
  }

  function read(form) {
    return JSON.stringify(fieldsOf(form).map(function (one) {
      return one.type === "checkbox" || one.type === "radio" ? one.checked : one.value;
    }));
  }

  function fill(form, typed) {
    for (const one of fieldsOf(form)) {
      const text = typed[one.name], isTicked = one.type === "checkbox" || one.type === "radio";
      const before = isTicked ? one.checked : one.value;
      if (isTicked) one.checked = text !== undefined && text.split("\n").includes(one.value);
      else if (text !== undefined) one.value = text;
      if (before !== (isTicked ? one.checked : one.value)) show(one);
    }
    htmx.trigger(form, "restored");
  }

  // What was typed is not folded away.
  function show(field) {
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }

  // A form of a page gets its three lines: that a draft is back, how far it is kept, and that the connection is lost.
  function prepare(form) {
    const lines = document.getElementById("draft-lines");
    if (!nameOf(form) || !lines || form.querySelector(".draft-lost")) return;
    const made = lines.content.cloneNode(true), back = made.querySelector(".note-draft"), state = stateOf(form);
    if (form.method === "post") {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: "draft", value: nameOf(form) });
      form.append(hidden);
    }
    state.first = form.dataset.typed ? null : read(form);
    if (form.dataset.typed) fill(form, JSON.parse(form.dataset.typed));
    if (form.dataset.told) {
      back.querySelector("span").textContent = form.dataset.told;
      form.prepend(back);
    } else back.remove();
    (form.querySelector(".savebar") || form).append(made);
  }

  function tell(form, isLost) {
    const note = form.querySelector(".draft-lost"), state = form.querySelector(".draft-state");
    if (note) note.hidden = !isLost;
    if (state) state.hidden = isLost;
    const general = document.getElementById("lost");
    if (general) general.hidden = true;
  }

  function retry(form) {
    const state = stateOf(form);
    window.clearTimeout(state.retryTimer);
    if (document.contains(form) && state.isUnsent && !state.isSaving) htmx.trigger(form, "retry");
  }

  // What goes along with what was typed: of which part it is, and that it is kept; as it came, there is nothing to keep.
  function complete(form, parameters) {
    for (const one of form.elements) if (one.type === "password") parameters.delete(one.name);
    if (!nameOf(form)) return;
    parameters.set("draft", nameOf(form));
    parameters.set("draft_step", read(form) === stateOf(form).first ? "discard" : "keep");
  }

  // The form of a request, and its kind: "draft", "save" or another. The button that saved may be gone from the page by
  // then, so the form is known by its address.
  function formOf(event) {
    const sent = event.detail.requestConfig, near = event.detail.elt && event.detail.elt.closest("form[data-draft]");
    if (near && document.contains(near)) return near;
    return (sent && [...allForms()].find(function (form) { return form.getAttribute("action") === sent.path; })) || null;
  }
  function kindOf(event, form) {
    const sent = event.detail.requestConfig;
    if (!form || !sent || sent.verb !== "post") return "";
    if (sent.path === form.getAttribute("hx-post")) return "draft";
    return sent.path === form.getAttribute("action") ? "save" : "";
  }

  document.addEventListener("input", function (event) {
    const form = event.target.closest("form[data-draft]");
    if (form && event.target.type !== "password") stateOf(form).isUnsent = true;
  });

  document.addEventListener("click", function (event) {
    const form = event.target.closest("form[data-draft]");
    if (form && event.target.closest("[data-retry]")) retry(form);
    if (form && event.target.closest("[data-discard]")) discard(form);
  });

  function discard(form) {
    const sent = new FormData(form);
    sent.set("draft", nameOf(form));
    sent.set("draft_step", "discard");
    stateOf(form).isUnsent = false;
    window.fetch(form.getAttribute("hx-post"), { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams(sent) }).then(function (answer) {
      if (answer.ok) window.location.assign(form.getAttribute("hx-post"));
    }, function () { tell(form, true); });
  }

  // A form is sent when its last words are in the draft, so that a line that is cut while it is sent takes nothing away.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("form[data-draft]") || event.defaultPrevented) return;
    const state = stateOf(form);
    if (!state.isUnsent && !state.isSending) {
      state.isSaving = true;
      return;
    }
    event.preventDefault();
    state.leaving = event.submitter || form;
    if (!state.isSending) htmx.trigger(form, "retry");
  });

  function goOn(form, isKept) {
    const state = stateOf(form), by = state.leaving;
    if (by && isKept && state.isUnsent) return htmx.trigger(form, "retry");
    state.leaving = null;
    if (by && isKept) form.requestSubmit(by === form ? null : by);
  }

  // A draft that comes up while the form is being saved would take the line away from the saving: asked before htmx
  // sorts out which of the two requests goes first.
  document.addEventListener("htmx:confirm", function (event) {
    const form = event.target.closest("form[data-draft]");
    if (form && stateOf(form).isSaving && event.detail.path === form.getAttribute("hx-post")) event.preventDefault();
  });

  document.addEventListener("htmx:configRequest", function (event) {
    const form = event.detail.elt.closest("form[data-draft]");
    if (form && event.detail.elt === form) complete(form, event.detail.formData);
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    const form = formOf(event), kind = kindOf(event, form);
    if (kind === "save") stateOf(form).isSaving = true;
    if (kind === "draft") Object.assign(stateOf(form), { isSending: true, isUnsent: false });
  });

  document.addEventListener("htmx:sendAbort", function (event) {
    const form = formOf(event), kind = kindOf(event, form);
    if (kind === "save") stateOf(form).isSaving = false;
    if (kind === "draft") Object.assign(stateOf(form), { isSending: false, isUnsent: true });
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    const form = formOf(event), kind = kindOf(event, form), status = event.detail.xhr.status;
    if (!kind || (!event.detail.successful && status !== 422)) return;
    const state = stateOf(form);
    if (kind === "draft") state.isSending = false;
    if (kind === "save") state.isUnsent = false;
    state.isSaving = kind === "save" && status === 204; // then the page is about to be left
    tell(form, false);
    if (nameOf(form)) form.querySelector(".draft-state").textContent = event.detail.xhr.responseText;
    goOn(form, true);
  });

  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      const form = formOf(event);
      if (!kindOf(event, form) || event.detail.xhr.status === 422) return;
      const state = stateOf(form);
      Object.assign(state, { isSending: false, isSaving: false, isUnsent: true });
      tell(form, true);
      goOn(form, false);
      window.clearTimeout(state.retryTimer);
      state.retryTimer = window.setTimeout(function () { retry(form); }, 15000);
    });
  });
  window.addEventListener("online", function () { allForms().forEach(retry); });

  // Leaving in the middle of a field: the last words go to the server's draft, never into the browser.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState !== "hidden") return;
    for (const form of allForms()) {
      const state = stateOf(form);
      if (!(state.isUnsent || state.isSending) || state.isSaving) continue;
      const sent = new FormData(form);
      complete(form, sent);
      navigator.sendBeacon(form.getAttribute("hx-post"), sent);
    }
  });
  window.addEventListener("beforeunload", function (event) {
    for (const form of allForms()) {
      const note = form.querySelector(".draft-lost");
      if (stateOf(form).isUnsent && note && !note.hidden && !stateOf(form).isSaving) event.preventDefault();
    }
  });

  document.addEventListener("DOMContentLoaded", function () { allForms().forEach(prepare); });
})();
