// What the browser must do by itself: tell when the server cannot be reached, and move through a grid by arrow keys.
"use strict";

document.addEventListener("htmx:sendError", showLost);
document.addEventListener("htmx:timeout", showLost);
document.addEventListener("htmx:responseError", showLost);
document.addEventListener("htmx:afterOnLoad", function () {
  const note = document.getElementById("lost");
  if (note) note.hidden = true;
});

function showLost() {
  const note = document.getElementById("lost");
  if (note) note.hidden = false;
}

// A refusal, or the receipt of what was saved, comes into view and is read out.
function showRefusal(root) {
  const told = root.querySelector && root.querySelector(".note-bad[role=alert][tabindex], .receipt[tabindex]");
  if (told) told.focus();
}
document.addEventListener("htmx:afterSwap", function (event) { showRefusal(event.target); });
document.addEventListener("DOMContentLoaded", function () { showRefusal(document); });

// A select or a box marked data-submit sends its form at once; not for those who choose by keys, who would be sent away
// at every step through the list: they press the form's button.
let isByKeys = false;
document.addEventListener("keydown", function () { isByKeys = true; }, true);
document.addEventListener("pointerdown", function () { isByKeys = false; }, true);
document.addEventListener("change", function (event) {
  const form = event.target.closest("form[data-submit]");
  if (form && !isByKeys) form.requestSubmit();
});

// Where the navigation does not fit, the page that is open is in sight.
document.addEventListener("DOMContentLoaded", function () {
  for (const link of document.querySelectorAll(".menu [aria-current], .tabs [aria-current]")) {
    const list = link.closest("ul");
    list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
  }
});

// A box with data-tick-all ticks every box of that name; without this script it stays hidden.
document.addEventListener("DOMContentLoaded", function () {
  for (const all of document.querySelectorAll("[data-tick-all]")) all.closest("[hidden]").hidden = false;
});
document.addEventListener("change", function (event) {
  const name = event.target.dataset.tickAll;
  if (name) for (const box of document.getElementsByName(name)) box.checked = event.target.checked;
});

// data-print prints the page.
document.addEventListener("click", function (event) {
  if (event.target.closest("[data-print]")) window.print();
});

// In table[data-grid] the arrow keys walk over the links, Home and End go to the ends of the row; one tab stop for all.
document.addEventListener("keydown", function (event) {
  const cell = event.target.closest("table[data-grid] td, table[data-grid] th");
  const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  let next = null;
  if (event.key in steps) {
    const [down, right] = steps[event.key];
    next = walk(cell, down, right);
  } else if (event.key === "Home" || event.key === "End") {
    const links = cell.parentElement.querySelectorAll("a");
    next = event.key === "Home" ? links[0] : links[links.length - 1];
  }
  if (!next) return;
  event.preventDefault();
  const grid = cell.closest("table");
  for (const link of grid.querySelectorAll("a[tabindex='0']")) link.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

document.addEventListener("DOMContentLoaded", function () {
  for (const grid of document.querySelectorAll("table[data-grid]")) {
    grid.querySelectorAll("tbody a").forEach(function (link, index) { link.tabIndex = index ? -1 : 0; });
  }
});

function walk(cell, down, right) {
  let at = cell;
  for (;;) {
    if (right) {
      at = right > 0 ? at.nextElementSibling : at.previousElementSibling;
    } else {
      const row = down > 0 ? at.parentElement.nextElementSibling : at.parentElement.previousElementSibling;
      at = row ? row.children[at.cellIndex] : null;
    }
    if (!at) return null;
    const link = at.querySelector("a");
    if (link) return link;
  }
}

// On a telephone table.stack shows each row as a card: every cell is given the words of its head, and more room where it
// holds more than a few words.
function labelCells() {
  for (const table of document.querySelectorAll("table.stack")) {
    const words = [];
    for (const head of table.querySelectorAll("thead tr:last-child > *")) {
      const copy = head.cloneNode(true);
      copy.querySelectorAll(".hidden").forEach(function (one) { one.remove(); });
      for (let count = head.colSpan; count > 0; count -= 1) words.push(copy.textContent.trim());
    }
    for (const row of table.querySelectorAll("tbody > tr")) {
      let at = 0;
      for (const cell of row.children) {
        const text = cell.textContent.trim();
        if (words[at] && cell.colSpan === 1) cell.dataset.label = words[at];
        if (!text && !cell.querySelector("input, select, button, .v, svg, progress, img")) cell.dataset.none = "";
        if (text.length > 26 || cell.querySelector("form, ul, ol, dl, details, progress, input, select, textarea")) cell.dataset.wide = "";
        at += cell.colSpan;
      }
    }
  }
}
document.addEventListener("DOMContentLoaded", labelCells);
document.addEventListener("htmx:afterSettle", labelCells);
