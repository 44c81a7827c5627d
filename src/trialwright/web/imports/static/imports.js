// While a file is taken in, the page says so and the button cannot be pressed twice.
"use strict";
document.addEventListener("submit", function (event) {
  if (!event.target.matches("form[data-slow]")) return;
  document.getElementById("slow").hidden = false;
  window.setTimeout(function () { event.target.querySelector("button").disabled = true; }, 0);
});
