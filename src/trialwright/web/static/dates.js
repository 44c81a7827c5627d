// Fields of dates and times, input[data-date]: what is typed is read where it can mean one thing only, written out with
// its weekday beside the field, and turned into ISO 8601. vocabulary/written_dates.py reads the same on the server, so
// that the pages work without this file; a test holds the two together.
"use strict";

const twDates = (function () {
  const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december"];
  const TIME = /^(?:([0-9]{1,2})[:.]([0-9]{2})\s*(am|pm)?|([0-9]{2})([0-9]{2}))$/;
  const MOMENT = /^(?:(.+?)(?:t|\s+)([0-9]{1,2}[:.][0-9]{2}(?:\s*[ap]m)?|[0-9]{4})|([0-9]{8})([0-9]{4}))$/;

  function fold(text) { return text.normalize("NFKC").trim().toLowerCase(); }

  function pad(text) { return text.padStart(2, "0"); }

  // Every date that a text can be, as ISO texts: none, one, or two.
  function listDates(text) {
    const folded = fold(text).replace(/([0-9])(?:st|nd|rd|th)\b/g, "$1"), pieces = folded.match(/[0-9]+|[a-z]+/g) || [];
    if (!/^[0-9a-z年月日/.,\-\s]+$/.test(folded) || pieces.length < 1 || pieces.length > 3) return [];
    return [...new Set(listOrders(pieces))].filter(isDate);
  }

  function listOrders(pieces) {
    const names = pieces.filter(function (one) { return /[a-z]/.test(one); }), last = pieces[pieces.length - 1];
    if (names.length) {
      const month = MONTHS.findIndex(function (name) { return names[0].length > 2 && name.startsWith(names[0]); }) + 1;
      const numbers = pieces.filter(function (one) { return !/[a-z]/.test(one); });
      const years = numbers.filter(function (one) { return one.length === 4; });
      const days = numbers.filter(function (one) { return one.length < 3; });
      const isWhole = names.length === 1 && month && years.length === 1 && years.length + days.length === numbers.length;
      return isWhole ? [join(years[0], [String(month), ...days])] : [];
    }
    if (pieces.length === 1 && last.length === 8) return [join(last.slice(0, 4), [last.slice(4, 6), last.slice(6)])];
    if (pieces[0].length === 4) return [join(pieces[0], pieces.slice(1))];
    if (last.length !== 4) return [];
    const parts = pieces.slice(0, -1);
    return [join(last, parts), join(last, parts.slice().reverse())];
  }

  function join(year, parts) { return [year, ...parts.map(pad)].join("-"); }

  function isDate(text) {
    const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(text);
    if (!found || found[1] === "0000") return false;
    const month = Number(found[2] || 1), day = Number(found[3] || 1);
    const date = new Date(0);
    date.setUTCFullYear(Number(found[1]), month - 1, day);
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  }

  function readDate(text) {
    const found = listDates(text);
    return found.length === 1 ? found[0] : "";
  }

  function readTime(text) {
    const found = TIME.exec(fold(text));
    if (!found) return "";
    let hour = Number(found[1] || found[4]);
    const minute = Number(found[2] || found[5]);
    if (found[3]) {
      if (hour < 1 || hour > 12) return "";
      hour = hour % 12 + (found[3] === "pm" ? 12 : 0);
    }
    return hour < 24 && minute < 60 ? pad(String(hour)) + ":" + pad(String(minute)) : "";
  }

  function readMoment(text) {
    const found = MOMENT.exec(fold(text));
    if (!found) return "";
    const day = readDate(found[1] || found[3]), time = readTime(found[2] || found[4]);
    return day.length === 10 && time ? day + " " + time : "";
  }

  const read = { day: readDate, partial: readDate, time: readTime, moment: readMoment };

  // --- the page -----------------------------------------------------------------------------------------------------

  function parts() { return document.getElementById("date-parts"); }

  function today(field) {
    const source = field.closest("form[data-now]") || document.body;
    return (source.dataset.now || "").replace("T", " ");
  }

  // Wednesday 4 March 2020 · yesterday
  function spell(text, now) {
    const isChinese = document.documentElement.lang.startsWith("zh"), language = isChinese ? "zh-CN" : "en-GB";
    const [year, month, day] = text.slice(0, 10).split("-").map(Number);
    const date = new Date(0);
    date.setUTCFullYear(year, (month || 1) - 1, day || 1);
    const shape = { year: "numeric", timeZone: "UTC" };
    if (month) shape.month = "long";
    if (day) Object.assign(shape, { day: "numeric", weekday: "long" });
    const long = new Intl.DateTimeFormat(language, shape).format(date).replace(/,/g, "");
    if (!day) return long + " · " + (month ? parts().dataset.noDay : parts().dataset.noMonth);
    const days = Math.round((date - Date.parse(now.slice(0, 10) + "T00:00Z")) / 86400000);
    const near = Math.abs(days) < 15 ? " · " + new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day") : "";
    return long + near;
  }

  // What is said of what stands in a field; "" where nothing is to be said.
  function judge(field) {
    const kind = field.dataset.date, text = field.value.trim(), words = parts().dataset;
    if (!text) return { said: "", isBad: false };
    const found = read[kind](text);
    if (found && !(kind === "day" && found.length < 10)) return { said: kind === "time" ? "" : spell(found, today(field)), isBad: false };
    if (kind !== "time" && kind !== "moment" && listDates(text).length > 1) return { said: words.twoDays, isBad: true };
    return { said: words[kind], isBad: true };
  }

  // While somebody types only what is understood is said; what is wrong waits until the field is left.
  function tell(field, isLeft) {
    if (!parts()) return; // readers of images are shown no date, so theirs are told of by the server alone
    const said = document.getElementById(field.dataset.said), { said: text, isBad } = judge(field);
    field.setCustomValidity(isBad ? text : "");
    if (!said) return;
    const isShown = text && (!isBad || (isLeft && !field.closest("[data-item]"))); // the server tells of a form's items
    said.textContent = isShown ? text : "";
    said.classList.toggle("date-bad", Boolean(isShown && isBad));
  }

  function tidy(field) {
    const found = read[field.dataset.date](field.value);
    if (found && found !== field.value) field.value = found;
    tell(field, true);
  }

  function put(field, text) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  let count = 0;

  function equip(field) {
    if (field.dataset.said || !parts()) return;
    field.dataset.said = "date-said-" + (count += 1);
    if (field.dataset.date === "time") return;
    const copy = parts().content.cloneNode(true), said = copy.querySelector("output");
    const now = copy.querySelector("[data-today]"), open = copy.querySelector("[data-calendar]"), picker = copy.querySelector("input");
    const name = (field.getAttribute("aria-label") || (field.labels[0] && field.labels[0].textContent) || "").trim();
    said.id = field.dataset.said;
    field.setAttribute("aria-describedby", ((field.getAttribute("aria-describedby") || "") + " " + said.id).trim());
    const hasNow = field.closest("[data-own-now]"); // the form has a button of its own for date and time
    if (field.dataset.date === "partial" || hasNow) now.remove();
    else {
      now.append(Object.assign(document.createElement("span"), { className: "hidden", textContent: ": " + name }));
      now.addEventListener("click", function () {
        put(field, field.dataset.date === "moment" ? today(field).slice(0, 16) : today(field).slice(0, 10));
      });
    }
    if (field.dataset.date === "partial" || !picker.showPicker) { open.remove(); picker.remove(); } else {
      open.addEventListener("click", function () { show(field, picker); });
      picker.addEventListener("change", function (event) {
        event.stopPropagation();
        if (!picker.value) return;
        put(field, field.dataset.date === "moment" ? picker.value + " " + (field.value.slice(11, 16) || "00:00") : picker.value);
        field.focus();
      });
      field.addEventListener("keydown", function (event) {
        if (event.key === "ArrowDown" && event.altKey) { event.preventDefault(); show(field, picker); }
      });
    }
    (field.closest("label") || field).after(copy);
    tell(field, true);
  }

  function show(field, picker) {
    const found = read[field.dataset.date](field.value);
    picker.value = found.slice(0, 10);
    picker.showPicker();
  }

  function equipAll() { document.querySelectorAll("input[data-date]").forEach(equip); }

  document.addEventListener("input", function (event) {
    const field = event.target;
    if (!field.dataset || !field.dataset.date) return;
    tell(field, false);
    // A date that is whole is checked at once, as a calendar's would be.
    if (/^\d{4}-\d\d-\d\d$/.test(field.value) && field.dataset.date === "day" && isDate(field.value)) {
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  // Before htmx sends the change away, and before a form is sent by Enter.
  document.addEventListener("change", function (event) { if (event.target.dataset && event.target.dataset.date) tidy(event.target); }, true);
  document.addEventListener("click", function (event) {
    const button = event.target.closest("button"), form = button && button.form;
    if (form && button.type === "submit") form.querySelectorAll("input[data-date]").forEach(tidy);
  }, true);
  document.addEventListener("DOMContentLoaded", equipAll);
  document.addEventListener("htmx:afterSettle", equipAll);

  return { readDate: readDate, readTime: readTime, readMoment: readMoment, listDates: listDates };
})();
