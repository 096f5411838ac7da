// What every page gains from JavaScript. Without it every page works all the same.
"use strict";

document.documentElement.classList.add("js");

// A form that came back: the reader is taken to what is wrong.
document.getElementById("error-summary")?.focus();

// A hold says how long it still lasts, in time to extend it; screen readers hear it, since it is a status.
for (const hold of document.querySelectorAll("[data-hold-left]")) {
  for (const [name, text] of Object.entries(hold.dataset)) {
    const wait = Number(hold.dataset.holdLeft) - Number(name.split("at-")[1]);
    if (wait > 0) {
      setTimeout(() => { hold.textContent = text; }, wait * 1000);
    }
  }
}

// <button data-copy="id"> copies the text of the element with that id.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.querySelector(".kern-label").textContent = button.dataset.copied;
  });
}

// <… data-again="/address" data-every="60"> asks for its text again every so many seconds while the page is seen; a
// live region then says it aloud, and only if it is another one.
for (const place of document.querySelectorAll("[data-again]")) {
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.again).catch(() => null);
    const text = answer?.ok ? await answer.text() : null;
    if (text !== null && text !== place.textContent) place.textContent = text;
  }, place.dataset.every * 1000);
}

// Leave at once, by the button or by pressing Shift three times: the page goes from the window's history too.
const exit = document.querySelector(".sz-exit");
if (exit) {
  const leave = () => {
    document.body.hidden = true;
    window.location.replace(exit.href);
  };
  let presses = [];
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    presses = [...presses, event.timeStamp].slice(-3);
    if (presses.length === 3 && presses[2] - presses[0] < 5000) {
      leave();
    }
  });
}
