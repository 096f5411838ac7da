// The editor of call flows: runs the checks while somebody types, and leads from a finding to its line. It decides
// nothing: what is wrong says the program.
"use strict";

/** So long nobody has typed, in milliseconds. */
const PAUSE = 600;

const form = document.querySelector("form[data-check]");
const findings = document.getElementById("befunde");
/** The whole text, where it is edited as such. */
const text = document.querySelector("textarea.sz-yaml");

/** Marks a line of the whole text, from 1. */
function mark(line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((length, before) => length + before.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
}

/** Gives each finding a button that leads to its line. */
function lead() {
  for (const item of text ? findings.querySelectorAll("[data-line]") : []) {
    const line = Number(item.dataset.line);
    if (line === 0) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary kern-btn--x-small";
    const label = document.createElement("span");
    label.className = "kern-label";
    label.textContent = `Zeile ${line} zeigen`;
    button.append(label);
    button.addEventListener("click", () => mark(line));
    item.append(" ", button);
  }
}

function show(checked) {
  const said = document.createElement("p");
  said.className = "kern-body";
  said.textContent = checked.summary;
  const list = document.createElement("ul");
  list.className = "kern-list kern-list--bullet";
  for (const { line, place, message, help } of checked.findings) {
    const item = document.createElement("li");
    item.dataset.line = line;
    const words = document.createElement("span");
    words.lang = "en";
    words.textContent = `${message}; ${help}`;
    item.append(`${place}: `, words);
    list.append(item);
  }
  findings.replaceChildren(said, ...(checked.findings.length > 0 ? [list] : []));
  lead();
}

if (form && findings) {
  let timer;
  let asked = 0;

  const check = async () => {
    const turn = ++asked;
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const isOurs = answer.ok && answer.headers.get("content-type")?.startsWith("application/json");
      // An answer that was overtaken by a newer question says nothing any more.
      if (isOurs && turn === asked) show(await answer.json());
    } catch {
      // Offline: the same checks run when the draft is saved.
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  });
  lead();
}
