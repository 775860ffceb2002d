// Builds the page's elements. Text from data becomes text nodes only, never markup.
"use strict";
window.keiretsu ??= {};
{
  const SVG = "http://www.w3.org/2000/svg";

  function filled(element, children) {
    element.append(...children.filter((child) => child !== "" && child !== null && child !== undefined));
    return element;
  }

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (typeof value === "boolean") element.toggleAttribute(name, value);
      else element.setAttribute(name, value);
    }
    return filled(element, children);
  }

  function draw(tag, attributes = {}, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return filled(element, children);
  }

  // A link only where the address is of the web; anything else stays text.
  function link(text, address, more = { target: "_blank", rel: "noopener noreferrer" }) {
    let target = null;
    try {
      target = new URL(address, document.baseURI);
    } catch { /* no address at all */ }
    if (!address || !["http:", "https:"].includes(target?.protocol)) return make("span", {}, text);
    return make("a", { href: target.href, ...more }, text);
  }

  function button(text, onclick, more = {}) {
    return make("button", { type: "button", onclick, ...more }, text);
  }

  function counted(number, word, plural = `${word}s`) {
    return `${number} ${number === 1 ? word : plural}`;
  }

  function download(name, content, type) {
    const blob = content instanceof Blob ? content : new Blob([content], { type });
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  Object.assign(window.keiretsu, { make, draw, link, button, counted, download });
}
