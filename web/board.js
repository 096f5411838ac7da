// A booking that is dragged onto a free time leads to the page that asks whether it shall be moved there. The link
// "Verschieben" leads to the same page.
"use strict";

const KIND = "application/x-sprechzeit-booking";

for (const booking of document.querySelectorAll("[data-move]")) {
  booking.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData(KIND, booking.dataset.move);
    event.dataTransfer.effectAllowed = "move";
  });
}

for (const place of document.querySelectorAll("[data-start]")) {
  place.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes(KIND)) {
      event.preventDefault();
      place.classList.add("sz-board__place--over");
    }
  });
  place.addEventListener("dragleave", () => place.classList.remove("sz-board__place--over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    const page = event.dataTransfer.getData(KIND);
    if (page) {
      window.location.assign(`${page}?zeit=${encodeURIComponent(place.dataset.start)}`);
    }
  });
}
