"use strict";
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const changes = all(".change");
  const groups = all(".group");
  const sections = all(".severity");
  const counts = all(".count");
  const search = document.getElementById("search");
  const choice = document.getElementById("operation");
  const shown = document.getElementById("shown");
  const texts = new Map(changes.map((change) => [change, change.textContent.toLowerCase()]));
  const reached = new Map(changes.map((change) => [change, JSON.parse(change.dataset.operations)]));
  let severity = "";

  function update() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isNarrow = words.length > 0 || choice.value !== "";
    let count = 0;
    for (const change of changes) {
      const fits = (severity === "" || change.classList.contains(severity))
        && (choice.value === "" || reached.get(change).includes(choice.value))
        && words.every((word) => texts.get(change).includes(word));
      change.hidden = !fits;
      count += fits ? 1 : 0;
    }
    for (const holder of groups.concat(sections)) {
      holder.hidden = holder.querySelector(".change:not([hidden])") === null;
    }
    if (isNarrow) groups.filter((group) => !group.hidden).forEach((group) => { group.open = true; });
    for (const link of counts) {
      if (link.dataset.severity === severity) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    shown.textContent = count + " of " + changes.length + " shown";
  }

  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.classList.contains("change")) return;
    if (target.hidden) {
      severity = "";
      search.value = "";
      choice.value = "";
      update();
    }
    target.closest(".group").open = true;
    target.open = true;
    target.scrollIntoView();
  }

  if (changes.length > 0) {
    for (const link of counts) {
      link.addEventListener("click", () => {
        severity = link.dataset.severity;
        update();
      });
    }
    for (const link of all("[data-operation]")) {
      link.addEventListener("click", () => {
        severity = "";
        search.value = "";
        choice.value = link.dataset.operation;
        update();
      });
    }
    search.addEventListener("input", update);
    choice.addEventListener("change", update);
    window.addEventListener("hashchange", reveal);
    update();
    reveal();
  }

  // On paper, nothing can be opened.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((part) => { part.open = false; }));

  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
})();
