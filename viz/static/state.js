// What the page shows, as it stands in the address; every change can be undone and sent as a link.
"use strict";
window.keiretsu ??= {};
{
  const HOUSE = "https://w3id.org/keiretsu/id/";
  const LISTS = ["expanded", "path", "hide", "off", "modality", "source"];
  const SINGLE = ["company", "hops", "as_of", "known_by", "layer", "least", "group", "focus", "view", "theme"];
  const WORKED_OUT = ["integrated", "control"]; // layers that Python works out
  const PASSING = ["focus", "view", "theme"]; // no step of their own to undo

  const shortId = (id) => (id.startsWith(HOUSE) ? id.slice(HOUSE.length) : id);
  const longId = (text) => (text.includes(":") || !text.includes("/") ? text : HOUSE + text);

  function parse(text) {
    const given = new URLSearchParams(text);
    const state = {};
    for (const name of LISTS) state[name] = given.getAll(name).filter(Boolean);
    for (const name of SINGLE) state[name] = given.get(name) ?? "";
    return state;
  }

  function format(state) {
    const told = new URLSearchParams();
    for (const name of SINGLE.slice(0, 2)) if (state[name]) told.append(name, state[name]);
    for (const name of LISTS) for (const value of state[name]) told.append(name, value);
    for (const name of SINGLE.slice(2)) if (state[name]) told.append(name, state[name]);
    return told.toString();
  }

  // The part of the address that Python works out; equal parts have equal pictures.
  function asked(state) {
    const layers = new Set([state.layer, state.group ? "control" : ""].filter((one) => WORKED_OUT.includes(one)));
    const told = new URLSearchParams();
    for (const name of ["company", "hops", "as_of", "known_by"]) if (state[name]) told.append(name, state[name]);
    for (const name of ["expanded", "path"]) for (const value of state[name]) told.append(name, value);
    for (const layer of [...layers].sort()) told.append("layer", layer);
    return told.toString();
  }

  class History {
    constructor(state) {
      this.state = state;
      this.past = [];
      this.future = [];
    }

    // Takes a change; one that only passes leaves nothing to undo.
    take(change) {
      const next = { ...this.state, ...change };
      if (format(next) === format(this.state)) return false;
      if (!Object.keys(change).every((name) => PASSING.includes(name))) {
        this.past.push(this.state);
        this.future = [];
      }
      this.state = next;
      return true;
    }

    kept() { return { state: this.state, past: [...this.past], future: [...this.future] }; }

    restore(before) { Object.assign(this, before); }

    undo() { return this.go(this.past, this.future); }

    redo() { return this.go(this.future, this.past); }

    go(from, to) {
      if (!from.length) return false;
      to.push(this.state);
      const passing = Object.fromEntries(PASSING.map((name) => [name, this.state[name]]));
      this.state = { ...from.pop(), ...passing };
      return true;
    }
  }

  Object.assign(window.keiretsu, { shortId, longId, parseState: parse, formatState: format, askedOf: asked, History });
}
