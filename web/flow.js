// The editor of call flows: runs the checks while somebody types. It decides nothing: what is wrong says the program.
"use strict";

/** So long nobody has typed, in milliseconds. */
const PAUSE = 600;

const form = document.querySelector("form[data-check]");
const place = document.getElementById("befunde");

if (form && place) {
  let timer;
  let asked = 0;

  const show = ({ summary, findings }) => {
    const said = document.createElement("p");
    said.className = "kern-body";
    said.textContent = summary;
    const list = document.createElement("ul");
    list.className = "kern-list kern-list--bullet";
    for (const { place: where, message, help } of findings) {
      const item = document.createElement("li");
      const words = document.createElement("span");
      words.lang = "en";
      words.textContent = `${message}; ${help}`;
      item.append(`${where}: `, words);
      list.append(item);
    }
    place.replaceChildren(said, ...(findings.length > 0 ? [list] : []));
  };

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
}
