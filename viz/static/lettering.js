// Letters names and values over the picture, at one size whatever the zoom, never on each other.
"use strict";
window.keiretsu ??= {};
{
  const CELL = 64;

  // Rectangles on the screen, found again by the squares they touch.
  class Taken {
    constructor() { this.squares = new Map(); }

    keys(box) {
      const keys = [];
      for (let x = Math.floor(box.left / CELL); x <= Math.floor(box.right / CELL); x += 1) {
        for (let y = Math.floor(box.top / CELL); y <= Math.floor(box.bottom / CELL); y += 1) {
          keys.push(`${x},${y}`);
        }
      }
      return keys;
    }

    add(box) {
      for (const key of this.keys(box)) {
        if (!this.squares.has(key)) this.squares.set(key, []);
        this.squares.get(key).push(box);
      }
    }

    hit(box, owner) {
      return this.keys(box).some((key) => (this.squares.get(key) ?? []).some((other) =>
        other.owner !== owner && box.left < other.right && other.left < box.right
        && box.top < other.bottom && other.top < box.bottom));
    }
  }

  function around(x, y, width, height, owner) {
    return { left: x - width / 2, right: x + width / 2, top: y - height / 2,
      bottom: y + height / 2, x, y, owner };
  }

  class Lettering {
    constructor(style) {
      this.style = style;
      this.widths = new Map();
      this.names = []; // rectangles on the screen, for clicks on a name
    }

    width(ctx, text, font) {
      const key = font + text;
      if (!this.widths.has(key)) {
        ctx.font = font;
        this.widths.set(key, ctx.measureText(text).width);
      }
      return this.widths.get(key);
    }

    // Draws in pixels of the screen: `toScreen` maps a point of the picture.
    draw(ctx, picture) {
      const taken = new Taken();
      const shown = picture.visible();
      for (const node of shown) {
        taken.add(around(node.x, node.y, node.halfWidth * 2 + 2, node.halfHeight * 2 + 2, node.id));
      }
      this.names = [];
      // A box seen from afar is named like a circle.
      const legible = (node) => node.inside && this.style.font.name * node.halfHeight * 2 / node.element.height >= 9;
      for (const node of shown) if (legible(node)) this.inside(ctx, picture, node);
      for (const node of shown) if (!legible(node)) this.name(ctx, picture, node, taken);
      for (const line of picture.valued()) this.value(ctx, picture, line, taken);
    }

    inside(ctx, picture, node) {
      const { font, box } = this.style;
      const grown = node.halfHeight * 2 / node.element.height;
      const rows = node.element.lines.map((text) => ({ text, size: font.name, weight: 600 }));
      if (node.element.status) rows.push({ text: node.element.status, size: font.value, weight: 400 });
      const step = box.lineHeight * grown;
      rows.forEach((row, number) => {
        const y = node.y + (number - (rows.length - 1) / 2) * step;
        let size = row.size * grown;
        const room = node.halfWidth * 2 - 8 * grown;
        const wide = this.width(ctx, row.text, `${row.weight} ${row.size}px ${font.family}`) * grown;
        if (wide > room) size *= room / wide;
        ctx.font = `${row.weight} ${size}px ${font.family}`;
        this.text(ctx, row.text, node.x, y, picture.theme[node.look].ink, "", 0, node.alpha);
      });
    }

    name(ctx, picture, node, taken) {
      const { font } = this.style;
      const size = font.name * Math.min(Math.max(picture.scale, 1), 1.5);
      const lettering = `${node.marked ? 700 : 500} ${size}px ${font.family}`;
      const label = node.element.lines.join(node.inside ? " " : "");
      const width = this.width(ctx, label, lettering);
      const sides = { below: [0, 1], above: [0, -1], right: [1, 0], left: [-1, 0] };
      const places = [node.side, ...Object.keys(sides)].map((side) => {
        const [right, down] = sides[side];
        return around(node.x + right * (node.halfWidth + 5 + width / 2),
          node.y + down * (node.halfHeight + 4 + size / 2), width + 4, size + 2, node.id);
      });
      // Of a crowd no name is cut by the edge of the stage; others say as much.
      const { clientWidth, clientHeight } = picture.container;
      const inside = (place) => !picture.crowded || (place.left > 0 && place.right < clientWidth && place.top > 0 && place.bottom < clientHeight);
      const free = places.find((place) => inside(place) && !taken.hit(place, node.id));
      if (!free && picture.crowded && !node.marked) return;
      const place = free ?? places[0];
      taken.add({ ...place, owner: "" });
      this.names.push(place);
      ctx.font = lettering;
      this.text(ctx, label, place.x, place.y, picture.theme.ink,
        picture.theme.page, font.halo, node.alpha);
    }

    value(ctx, picture, line, taken) {
      const { font } = this.style;
      const size = font.value * Math.min(Math.max(picture.scale, 1), 1.5);
      const lettering = `600 ${size}px ${font.family}`;
      const width = this.width(ctx, line.label, lettering);
      const places = [0.5, 0.42, 0.58, 0.34, 0.66].map((part) => {
        const point = line.at(part);
        return around(point.x, point.y, width + 2, size + 1, "");
      });
      const place = places.find((spot) => !taken.hit(spot, null)) ?? (line.marked && places[0]);
      if (!place) return;
      taken.add(place);
      ctx.font = lettering;
      this.text(ctx, line.label, place.x, place.y, picture.theme[line.relation],
        picture.theme.page, font.valueHalo, line.alpha);
    }

    text(ctx, text, x, y, ink, halo, breadth, alpha) {
      ctx.globalAlpha = alpha;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      if (halo) {
        ctx.lineWidth = breadth;
        ctx.lineJoin = "round";
        ctx.strokeStyle = halo;
        ctx.strokeText(text, x, y);
      }
      ctx.fillStyle = ink;
      ctx.fillText(text, x, y);
      ctx.globalAlpha = 1;
    }

    // Which node's name is at this point of the screen?
    named(x, y) {
      return this.names.find((box) =>
        x >= box.left && x <= box.right && y >= box.top && y <= box.bottom)?.owner;
    }
  }

  window.keiretsu.Lettering = Lettering;
}
