// The page by keyboard alone: from node to node, and everything that a button does.
"use strict";
window.keiretsu ??= {};
{
  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const byId = (id) => document.getElementById(id);

  function listen({ stage, picture, data, name, say, select, change, expand, collapse, hide, travel, history, leave }) {
    const nodes = () => data().facts.nodes;
    stage.addEventListener("keydown", (event) => {
      const on = picture.cursor ?? picture.selected;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key in ARROWS) {
        picture.moveCursor(picture.towards(on, ...ARROWS[event.key]));
        say(name(picture.cursor));
      } else if (event.key === "Enter" && picture.cursor !== null) {
        select(picture.cursor, { focus: true });
      } else if (event.key === "e" && nodes()[on]) expand(on);
      else if (event.key === "c" && nodes()[on]) collapse(on);
      else if (event.key === "h" && nodes()[on]) hide(on);
      else if (event.key === "f") picture.fit();
      else return;
      event.preventDefault();
    });
    stage.addEventListener("blur", () => picture.moveCursor(null));
    document.addEventListener("keydown", (event) => {
      const typing = event.target.matches("input:not([type=checkbox]):not([type=range]), textarea, select");
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
        event.preventDefault();
        travel(() => (event.shiftKey ? history.redo() : history.undo()));
      } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        byId("search").focus();
      } else if (event.key === "?" && !typing) byId("keys").showModal();
      else if (event.key === "Escape" && byId("take").open) {
        byId("take").open = false;
        byId("take").querySelector("summary").focus();
      } else if (event.key === "Escape" && !typing && !byId("keys").open) {
        const inside = byId("panel").contains(document.activeElement);
        leave();
        if (picture.selected === null && (history.state.path.length || history.state.group)) change({ path: [], group: "" });
        else select(null);
        if (inside) stage.focus();
      }
    });
  }

  Object.assign(window.keiretsu, { listen });
}
