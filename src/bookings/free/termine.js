// <sprechzeit-termine>: the next free appointments, in any page. It reads one public address of the site it comes from, sends
// no cookies, keeps nothing, and takes its height from its content.
//
// Attributes: office, topic, format, language, limit. What stands inside the element is shown as long as there is no list.
// Colours and sizes: --sprechzeit-colour, --sprechzeit-gap, and ::part(heading), ::part(day), ::part(time), ::part(all).
"use strict";

(() => {
  if (customElements.get("sprechzeit-termine")) return;
  const home = new URL(document.currentScript.src).origin;

  // A sheet made here needs no permission for inline styles from the other site's policy.
  const look = new CSSStyleSheet();
  look.replaceSync(`
    :host { display: block; color: inherit; font: inherit; overflow-wrap: break-word; }
    h2, h3 { margin: 0; font: inherit; font-weight: 700; }
    h2 { font-size: 1.25em; }
    .days { display: grid; gap: var(--sprechzeit-gap, 1rem); margin-block: var(--sprechzeit-gap, 1rem); }
    ul { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0 0; padding: 0; list-style: none; }
    li a { display: inline-block; min-width: 3.5em; padding: .6em .8em; border: 1px solid; border-radius: 4px;
      color: var(--sprechzeit-colour, inherit); text-align: center; text-decoration: none; font-variant-numeric: tabular-nums; }
    a { color: var(--sprechzeit-colour, inherit); }
    a:hover { text-decoration: underline; }
    a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
    p { margin: .5rem 0; }
  `);

  const element = (name, text, part) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (part) made.part = part;
    return made;
  };

  const link = (address, text, part) => {
    const made = element("a", text, part);
    made.href = address;
    return made;
  };

  class SprechzeitTermine extends HTMLElement {
    static observedAttributes = ["office", "topic", "format", "language", "limit"];

    connectedCallback() {
      this.show();
    }

    attributeChangedCallback() {
      if (this.isConnected) this.show();
    }

    async show() {
      const asked = new URL("/api/v1/free-times", home);
      for (const name of SprechzeitTermine.observedAttributes) {
        if (this.getAttribute(name)) asked.searchParams.set(name, this.getAttribute(name));
      }
      this.asked = asked.href;
      try {
        const answer = await fetch(asked, { credentials: "omit", referrerPolicy: "no-referrer" });
        // A list that was asked for meanwhile counts, not this one.
        if (answer.ok && this.asked === asked.href) this.render(await answer.json());
      } catch {
        // What stands inside the element stays.
      }
    }

    render(list) {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [look];
      const frame = element("section");
      frame.lang = list.language;
      frame.append(element("h2", list.heading, "heading"));
      const days = element("div");
      days.className = "days";
      for (const day of list.days) {
        const block = element("div", "", "day");
        const times = element("ul");
        for (const time of day.times) {
          const item = element("li");
          const choice = link(time.link, time.text, "time");
          choice.setAttribute("aria-label", `${day.name}, ${time.text}`);
          item.append(choice);
          times.append(item);
        }
        block.append(element("h3", day.name), times);
        days.append(block);
      }
      frame.append(list.empty ? element("p", list.empty) : days);
      const all = element("p");
      all.append(link(list.all.link, list.all.text, "all"));
      frame.append(all, element("p", list.note));
      root.replaceChildren(frame);
    }
  }

  customElements.define("sprechzeit-termine", SprechzeitTermine);
})();
