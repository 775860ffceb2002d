// The picture: vis-network draws bodies and lines where Python put them; names come on top.
"use strict";
window.keiretsu ??= {};
{
  const NARROW = 560; // px of stage, below which the second set of places is used
  const NAMES_STAY = 60; // nodes, up to which no name vanishes
  const NARROW_NAMES = 18; // and on a phone
  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

  // `part` of one colour and the rest of another, both #rrggbb.
  function mixed(colour, other, part) {
    const levels = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
    const base = levels(other);
    return `rgb(${levels(colour).map((level, at) => Math.round(level * part + base[at] * (1 - part))).join(",")})`;
  }

  class Picture {
    constructor(container, data, theme) {
      this.container = container;
      this.style = data.style;
      this.lettering = new window.keiretsu.Lettering(data.style);
      this.selected = null;
      this.hovered = null;
      this.cursor = null;
      this.lit = null; // what stays bright beside what is selected; null is everything
      this.themeName = theme;
      this.told = new Map(); // what vis-network was told last, by id
      this.nodes = new vis.DataSet();
      this.edges = new vis.DataSet();
      this.take(data);
      this.build(data.options);
    }

    get theme() { return this.style.themes[this.themeName]; }
    get scale() { return this.network.getScale(); }
    get crowded() { return this.elements.size > (this.narrow ? NARROW_NAMES : NAMES_STAY); }

    // What there is to draw; nothing is shown before `show` says what.
    take(data) {
      this.data = data;
      this.elements = new Map(data.nodes.map((node) => [node.id, node]));
      this.lines = new Map(data.edges.map((edge, number) => [edge.id ?? `line-${number}`, edge]));
      this.left ??= { nodes: new Set(this.elements.keys()), links: new Set(this.lines.keys()) };
      this.order = this.importance();
    }

    importance() {
      const degree = new Map();
      for (const line of this.lines.values()) {
        for (const end of [line.from, line.to]) degree.set(end, (degree.get(end) ?? 0) + 1);
      }
      const weight = (node) => (degree.get(node.id) ?? 0) + (node.size ?? 0) / 10;
      return [...this.elements.values()].sort((a, b) => weight(b) - weight(a));
    }

    build(options) {
      this.narrow = this.container.clientWidth < NARROW;
      this.nodes.add([...this.elements.values()].map((node) => this.node(node)));
      this.edges.add([...this.lines].map(([id, line]) => this.edge(id, line)));
      this.different();
      const drawn = { nodes: this.nodes, edges: this.edges };
      this.network = new vis.Network(this.container, drawn, { ...options, autoResize: true });
      this.network.on("afterDrawing", (ctx) => this.letter(ctx));
      this.network.on("zoom", () => this.resizeBoxes());
      this.network.on("hoverNode", ({ node }) => this.hover(node));
      this.network.on("hoverEdge", ({ edge }) => this.hover(edge));
      this.network.on("blurNode", () => this.hover(null));
      this.network.on("blurEdge", () => this.hover(null));
      this.network.on("resize", () => this.resized());
    }

    // Another picture of the same things: what stays keeps its place, and so does the eye.
    change(data) {
      const before = new Set(this.elements.keys());
      this.take(data);
      this.changing = true; // vis-network draws between these steps, when not everything is there
      this.nodes.remove([...before].filter((id) => !this.elements.has(id)));
      this.edges.remove(this.edges.getIds().filter((id) => !this.lines.has(id)));
      this.nodes.update([...this.elements.values()].map((node) => this.node(node)));
      this.edges.update([...this.lines].map(([id, line]) => this.edge(id, line)));
      this.different();
      this.changing = false;
      if (!this.elements.has(this.cursor)) this.cursor = null;
      this.hovered = null;
      if ([...this.elements.keys()].every((id) => !before.has(id))) this.fit();
    }

    // Shows what the filters left, with `lit` bright and the rest dim.
    show(left, lit) {
      this.left = left;
      this.lit = lit;
      this.repaint();
    }

    // Brings what is new into view, and moves nothing when it is there already.
    include() {
      const { clientWidth, clientHeight } = this.container;
      const outside = [...this.elements.values()].some((node) => {
        const { x, y } = this.network.canvasToDOM(this.network.getPosition(node.id));
        return !this.isHidden(node) && (x < 10 || y < 10 || x > clientWidth - 10 || y > clientHeight - 10);
      });
      if (outside) this.fit();
    }

    spot(node) { return (this.narrow && node.narrow) || node; }

    // How vis-network sees a node now: place, paint, dimmed or not, shown or not.
    node(node) {
      const { x, y } = this.spot(node);
      const seen = { ...node, ...this.paint(node), x, y, hidden: this.isHidden(node) };
      for (const own of ["lines", "status", "look", "kind", "side", "narrow", "width", "height"]) {
        delete seen[own];
      }
      if (node.lines) seen.label = undefined;
      // A box without a label has no size; this one is not seen.
      if (node.lines && node.height) Object.assign(seen, { label: ".", font: { size: 4, color: "rgba(0,0,0,0)" } });
      return { ...seen, ...this.boxed(node) };
    }

    boxed(node) {
      if (!node.height) return {};
      const grow = this.grown();
      return { widthConstraint: node.width * grow, heightConstraint: { minimum: node.height * grow } };
    }

    grown() { return this.network ? clamp(1 / this.scale, 1, 2) : 1; }

    paint(node) {
      const marked = node.id === this.selected;
      const colours = this.theme[node.look];
      if (!colours) return { opacity: this.isDim(node.id) ? this.style.dim : 1 };
      // Mixed with the page rather than transparent: no line shows through a body.
      const part = this.isDim(node.id) ? this.style.dim : 1;
      return { color: { background: mixed(colours.fill, this.theme.page, part),
        border: marked ? this.theme.mark : mixed(colours.border, this.theme.page, part) },
        borderWidth: marked ? 3 : node.borderWidth };
    }

    edge(id, line) {
      const { label, ...seen } = line;
      const relation = this.theme[line.relation];
      const opacity = this.isDim(id) ? this.style.dim : 1;
      if (!relation) return { ...line, id, hidden: this.isGone(id) };
      return { ...seen, id, chosen: false, hidden: this.isGone(id),
        width: line.width + (id === this.selected ? 2 : 0),
        color: { color: relation, highlight: relation, hover: relation, opacity } };
    }

    isHidden(node) { return Boolean(this.data.facts.nodes[node.id]) && !this.left.nodes.has(node.id); }

    isGone(id) {
      const line = this.lines.get(id);
      if (this.data.facts.links[id]) return !this.left.links.has(id);
      return [line.from, line.to].some((end) => this.isHidden(this.elements.get(end)));
    }

    isDim(id) { return this.lit !== null && !this.lit.has(id); }

    // Everything that stays bright beside what is selected.
    neighbourhood(id) {
      if (!this.elements.has(id) && !this.lines.has(id)) return null;
      const lit = new Set([id]);
      for (const [key, line] of this.lines) {
        if (key !== id && line.from !== id && line.to !== id) continue;
        if (this.isGone(key)) continue;
        [key, line.from, line.to].forEach((each) => lit.add(each));
      }
      return lit;
    }

    setTheme(name) {
      if (name === this.themeName) return;
      this.themeName = name;
      this.repaint();
    }

    // Tells vis-network only what is different: each update makes it look at everything again.
    repaint() {
      const { nodes, lines } = this.different();
      if (nodes.length) this.nodes.update(nodes);
      if (lines.length) this.edges.update(lines);
    }

    different() {
      const differs = (one) => {
        const told = JSON.stringify(one);
        if (this.told.get(one.id) === told) return false;
        this.told.set(one.id, told);
        return true;
      };
      const nodes = [...this.elements.values()].map((node) => ({ id: node.id, ...this.paint(node), hidden: this.isHidden(node) }));
      return { nodes: nodes.filter(differs), lines: [...this.lines].map(([id, line]) => this.edge(id, line)).filter(differs) };
    }

    hover(id) {
      this.hovered = id;
      this.container.classList.toggle("over", id !== null);
      this.network.redraw();
    }

    resizeBoxes() {
      const boxes = [...this.elements.values()].filter((node) => node.height);
      const grow = this.grown();
      if (Math.abs(grow - (this.lastGrown ?? 1)) < 0.02) return;
      this.lastGrown = grow;
      this.nodes.update(boxes.map((node) => ({ id: node.id, ...this.boxed(node) })));
    }

    // Looks at the size of the stage now; vis-network would some time later.
    resize() {
      this.network.setSize("100%", "100%");
      this.fit();
    }

    resized() {
      const narrow = this.container.clientWidth < NARROW;
      if (narrow !== this.narrow) {
        this.narrow = narrow;
        this.nodes.update([...this.elements.values()].map((node) => {
          const { x, y } = this.spot(node);
          return { id: node.id, x, y };
        }));
      }
      this.fit();
    }

    // Shows all, names included: they keep their size on the screen, so it takes two tries.
    fit() {
      if (this.changing) return;
      const { clientWidth, clientHeight } = this.container;
      let scale = 1;
      let middle = { x: 0, y: 0 };
      for (let pass = 0; pass < 3 && this.elements.size; pass += 1) {
        const box = this.bounds(scale);
        middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
        scale = clamp(Math.min(clientWidth / (box.right - box.left),
          clientHeight / (box.bottom - box.top)), 0.02, 1.25);
      }
      this.network.moveTo({ position: middle, scale, animation: false });
      this.resizeBoxes();
    }

    bounds(scale) {
      const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
      const seen = [...this.elements.values()].filter((node) => !this.isHidden(node));
      for (const node of seen.length ? seen : this.elements.values()) {
        const { x, y } = this.network.getPosition(node.id);
        // Of a crowd not every name is written; room for all of them would leave none for the rest.
        const letters = node.height || this.crowded ? 0 : (node.lines?.[0].length ?? 8) * 7.6 / scale;
        const { side } = this.spot(node);
        const half = Math.max((node.width ?? 0) / 2, node.size ?? 0, side === "left" || side === "right" ? 0 : letters / 2);
        const wide = half + (this.crowded ? 48 : 20) / scale;
        const high = (node.height ?? 0) / 2 + (node.size ?? 0) + (node.height ? 16 : 34) / scale;
        box.left = Math.min(box.left, x - wide - (side === "left" ? letters : 0));
        box.right = Math.max(box.right, x + wide + (side === "right" ? letters : 0));
        box.top = Math.min(box.top, y - high);
        box.bottom = Math.max(box.bottom, y + high);
      }
      return box;
    }

    // What lettering needs to know of the nodes on the screen, the most important first.
    visible() {
      const { clientWidth, clientHeight } = this.container;
      const marked = (node) => node.id === this.selected || node.id === this.hovered || node.id === this.cursor;
      const first = this.order.filter(marked);
      return [...first, ...this.order.filter((node) => !marked(node))]
        .filter((node) => node.lines && !this.isHidden(node))
        .map((node) => this.onScreen(node, marked(node)))
        .filter((node) => node.x > -80 && node.y > -40 && node.x < clientWidth + 80 && node.y < clientHeight + 40);
    }

    onScreen(node, marked) {
      const { x, y } = this.network.canvasToDOM(this.network.getPosition(node.id));
      const grow = this.scale * this.grown();
      const size = (node.size ?? 0) * this.scale;
      return { id: node.id, x, y, marked, element: node, look: node.look, inside: Boolean(node.height),
        side: this.spot(node).side ?? "below", alpha: this.isDim(node.id) ? this.style.dim : 1,
        halfWidth: node.height ? node.width * grow / 2 : size,
        halfHeight: node.height ? node.height * grow / 2 : size };
    }

    // Lines with something written on them, the widest first: theirs is the last to go.
    valued() {
      return [...this.lines]
        .filter(([id, line]) => line.label && line.relation && !this.isGone(id))
        .sort(([, a], [, b]) => b.width - a.width)
        .map(([id, line]) => ({ ...line, marked: id === this.selected || id === this.hovered,
          alpha: this.isDim(id) ? this.style.dim : 1, at: (part) => this.along(id, line, part) }))
        .sort((a, b) => Number(b.marked) - Number(a.marked));
    }

    along(id, line, part) {
      const { edgeType } = this.network.body.edges[id];
      if (line.smooth) return this.network.canvasToDOM(edgeType.getPoint(part, edgeType.getViaNode()));
      const [start, end] = [line.from, line.to].map((end) =>
        this.network.canvasToDOM(this.network.getPosition(end)));
      const [before, after] = this.covered(line, start, end);
      const at = before + (1 - before - after) * part;
      return { x: start.x + (end.x - start.x) * at, y: start.y + (end.y - start.y) * at };
    }

    // The parts of a line, 0 to 1, that lie under the bodies at its ends.
    covered(line, start, end) {
      const length = Math.hypot(end.x - start.x, end.y - start.y) || 1;
      const [across, down] = [Math.abs(end.x - start.x) / length, Math.abs(end.y - start.y) / length];
      return [line.from, line.to].map((id) => {
        const { halfWidth, halfHeight, inside } = this.onScreen(this.elements.get(id), false);
        const reach = inside
          ? Math.min(halfWidth / (across || 1e-9), halfHeight / (down || 1e-9)) : halfWidth;
        return clamp(reach / length, 0, 0.45);
      });
    }

    letter(ctx) {
      if (this.changing) return;
      ctx.save();
      const ratio = this.container.querySelector("canvas").width / this.container.clientWidth;
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.lettering.draw(ctx, this);
      if (this.cursor !== null) this.ring(ctx);
      ctx.restore();
    }

    ring(ctx) {
      const node = this.onScreen(this.elements.get(this.cursor), true);
      ctx.strokeStyle = this.theme.mark;
      ctx.lineWidth = 2;
      ctx.setLineDash([5, 3]);
      ctx.beginPath();
      const [wide, high] = [node.halfWidth + 6, node.halfHeight + 6];
      ctx.roundRect(node.x - wide, node.y - high, wide * 2, high * 2, node.inside ? 12 : wide);
      ctx.stroke();
    }

    // What was hit: vis-network knows bodies and lines, lettering knows names.
    hit({ nodes, edges, pointer }) {
      return nodes[0] ?? this.lettering.named(pointer.DOM.x, pointer.DOM.y) ?? edges[0] ?? null;
    }

    // The nearest node in the direction of an arrow key.
    towards(id, right, down) {
      const nodes = [...this.elements.values()].filter((node) => !this.isHidden(node));
      const from = this.elements.has(id) ? this.network.getPosition(id) : this.network.getViewPosition();
      const rated = nodes.filter((node) => node.id !== id).map((node) => {
        const { x, y } = this.network.getPosition(node.id);
        const [ahead, aside] = [(x - from.x) * right + (y - from.y) * down,
          Math.abs((x - from.x) * down) + Math.abs((y - from.y) * right)];
        return { id: node.id, ahead, cost: ahead + 2 * aside };
      });
      const found = this.elements.has(id) ? rated.filter((node) => node.ahead > 1) : rated.map((node) =>
        ({ ...node, cost: Math.hypot(node.ahead, node.cost) }));
      return found.sort((a, b) => a.cost - b.cost)[0]?.id ?? id;
    }

    moveCursor(id) {
      this.cursor = id;
      const { clientWidth, clientHeight } = this.container;
      if (id !== null) {
        const { x, y } = this.network.canvasToDOM(this.network.getPosition(id));
        const outside = x < 20 || y < 20 || x > clientWidth - 20 || y > clientHeight - 20;
        if (outside) this.network.moveTo({ position: this.network.getPosition(id), animation: false });
      }
      this.network.redraw();
    }

    // Moves a node into the upper part of the stage, `height` px of which are not covered.
    reveal(id, height) {
      if (!this.elements.has(id)) return;
      const y = height / 2 - this.container.clientHeight / 2;
      this.network.moveTo({ position: this.network.getPosition(id), offset: { x: 0, y }, animation: false });
    }

    // A filled picture with its title above and, below, what it shows and where it is from.
    image([title, ...below]) {
      const canvas = this.container.querySelector("canvas");
      const ratio = canvas.width / this.container.clientWidth;
      const copy = document.createElement("canvas");
      copy.width = canvas.width;
      copy.height = canvas.height + (34 + 14 + 16 * below.length) * ratio;
      const ctx = copy.getContext("2d");
      ctx.fillStyle = this.theme.page;
      ctx.fillRect(0, 0, copy.width, copy.height);
      ctx.drawImage(canvas, 0, 34 * ratio);
      ctx.scale(ratio, ratio);
      const { family } = this.style.font;
      this.caption(ctx, title, 22, `600 15px ${family}`, this.theme.ink);
      below.forEach((text, number) => this.caption(ctx, text, 34 + canvas.height / ratio + 16 * (number + 1),
        `11px ${family}`, this.theme.soft));
      return copy;
    }

    caption(ctx, text, y, font, ink) {
      ctx.font = font;
      ctx.fillStyle = ink;
      ctx.fillText(text, 16, y, this.container.clientWidth - 32);
    }
  }

  window.keiretsu.Picture = Picture;
}
