"use strict";
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const changes = all("article");
  const severities = all(".filters button[data-severity]");
  const operations = all(".operations button");
  const search = document.getElementById("search");
  const choice = document.getElementById("operation");
  const shown = document.getElementById("shown");
  const isOn = (button) => button.getAttribute("aria-pressed") === "true";

  function update() {
    const on = new Set(severities.filter(isOn).map((button) => button.dataset.severity));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const operation = choice.value;
    let count = 0;
    for (const change of changes) {
      const text = change.textContent.toLowerCase();
      const reached = JSON.parse(change.dataset.operations);
      const fits = on.has(change.dataset.severity)
        && (operation === "" || reached.includes(operation))
        && words.every((word) => text.includes(word));
      change.hidden = !fits;
      count += fits ? 1 : 0;
    }
    for (const button of operations) {
      button.setAttribute("aria-pressed", String(operation !== "" && button.dataset.operation === operation));
    }
    for (const type of all(".types li")) {
      type.hidden = operation !== "" && !JSON.parse(type.dataset.operations).includes(operation);
    }
    shown.textContent = count + " of " + changes.length + " shown";
  }

  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.hidden) {
      severities.forEach((button) => button.setAttribute("aria-pressed", "true"));
      search.value = "";
      choice.value = "";
      update();
      target.scrollIntoView();
    }
  }

  if (changes.length > 0) {
    for (const button of severities) {
      button.addEventListener("click", () => {
        button.setAttribute("aria-pressed", String(!isOn(button)));
        update();
      });
    }
    for (const button of operations) {
      button.addEventListener("click", () => {
        choice.value = choice.value === button.dataset.operation ? "" : button.dataset.operation;
        update();
        if (choice.value !== "") document.getElementById("changes").scrollIntoView();
      });
    }
    search.addEventListener("input", update);
    choice.addEventListener("change", update);
    window.addEventListener("hashchange", reveal);
    update();
    reveal();
  }

  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
})();
