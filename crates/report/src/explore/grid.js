// The outputs of a layer as a grid of cells.

const SHAPE = 1.6; // ratio of columns to rows
const FAINTEST = 0.22; // strength of the faintest colour, which distinguishes the smallest outputs from exact zeros

/** The colours of cells in the current theme, as the 32-bit values of ImageData. */
function paletteOf(element) {
  const style = getComputedStyle(element);
  const colour = (name) => {
    const digits = style.getPropertyValue(name).trim().slice(1);
    return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
  };
  const packed = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  const zero = colour("--zero");
  const ramp = (end) =>
    Uint32Array.from({ length: 256 }, (_, step) => {
      const along = FAINTEST + ((1 - FAINTEST) * step) / 255;
      return packed(zero.map((from, c) => Math.round(from + (end[c] - from) * along)));
    });
  return {
    zero: packed(zero),
    gap: packed(colour("--page")),
    off: packed(colour("--muted")),
    switched: packed(colour("--look6")),
    above: ramp(colour("--look0")),
    below: ramp(colour("--look1")),
  };
}

/** The grid of one layer. `act.toggle` is called with the output that the user switches off or on. */
class Grid {
  constructor(figure, layer, name, act) {
    Object.assign(this, { layer, act, count: layer.outputs, noun: layer.kinds.length > 1 ? "output" : "unit" });
    this.canvas = figure.querySelector("canvas");
    this.spot = figure.querySelector(".spot");
    this.counted = figure.querySelector(".count");
    this.status = figure.querySelector(".line");
    figure.querySelector("b").textContent = name;
    this.canvas.setAttribute("aria-label", `${name}: ${this.count} ${this.noun}s`);
    this.columns = Math.ceil(Math.sqrt(this.count * SHAPE));
    this.rows = Math.ceil(this.count / this.columns);
    this.at = -1; // the output under the pointer or cursor, or -1
    this.unfit();
    this.listen();
  }

  listen() {
    const { canvas } = this;
    let touched = -1; // the output selected before a touch, because the first touch of an output only selects it
    canvas.addEventListener("pointermove", (event) => this.point(this.under(event)));
    canvas.addEventListener("pointerdown", (event) => {
      touched = event.pointerType === "touch" ? this.at : this.under(event);
      this.point(this.under(event));
    });
    canvas.addEventListener("click", () => {
      if (touched === this.at && this.at >= 0) this.act.toggle(this.at);
    });
    canvas.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.point(-1);
    });
    canvas.addEventListener("focus", () => {
      if (this.at < 0 && canvas.matches(":focus-visible")) this.point(0);
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const step = ARROWS[event.key];
    if (step) {
      this.point(Math.min(Math.max(this.at + step[0] + step[1] * this.columns, 0), this.count - 1));
    } else if (event.key === "Enter" && this.at >= 0) {
      this.act.toggle(this.at);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** The output at the position of a pointer event, or -1. */
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * this.columns);
    const y = Math.floor(((event.clientY - box.top) / box.height) * this.rows);
    const output = y * this.columns + x;
    return x >= 0 && x < this.columns && output >= 0 && output < this.count ? output : -1;
  }

  point(output) {
    this.at = output;
    this.spot.hidden = output < 0;
    putSpot(this.spot, this.cell(Math.max(output, 0)), [this.columns, this.rows]);
    this.tell();
  }

  /** The column and row of an output. */
  cell(output) {
    return [output % this.columns, Math.floor(output / this.columns)];
  }

  /** The position on the screen of the centre of an output's cell. */
  middle(output) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = this.cell(output);
    return [box.left + ((x + 0.5) / this.columns) * box.width, box.top + ((y + 0.5) / this.rows) * box.height];
  }

  /** Makes the next `draw` fit the canvas again. Measuring the page at every stroke would be slow. */
  unfit() {
    this.size = 0;
  }

  /** Fits the canvas to its box, with a whole number of screen pixels per cell, unless it already fits. */
  fit() {
    if (this.size) return;
    const ratio = window.devicePixelRatio || 1;
    const cell = Math.max(2, Math.floor((this.canvas.parentElement.parentElement.clientWidth * ratio) / this.columns));
    this.size = cell;
    this.canvas.width = cell * this.columns;
    this.canvas.height = cell * this.rows;
    this.canvas.parentElement.style.width = `${this.canvas.width / ratio}px`;
    this.image = this.canvas.getContext("2d").createImageData(this.canvas.width, this.canvas.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.shown = new Uint32Array(this.count);
    this.marks = new Uint8Array(this.count).fill(255); // no cell has this mark, so all cells are drawn
  }

  /** Shows the outputs, marking those that are `off` and those that `switched` to another piece, if it is not null. */
  draw(values, off, switched, palette) {
    Object.assign(this, { values, off });
    this.fit();
    const most = values.reduce((limit, value) => Math.max(limit, Math.abs(value)), 0);
    for (let o = 0; o < this.count; o++) {
      const mark = off[o] ? 1 : switched?.[o] ? 2 : 0;
      const step = Math.round((255 * Math.abs(values[o])) / most);
      const colour = values[o] > 0 ? palette.above[step] : values[o] < 0 ? palette.below[step] : palette.zero;
      if (colour === this.shown[o] && mark === this.marks[o]) continue;
      this.fill(o, colour, mark, palette);
      this.shown[o] = colour;
      this.marks[o] = mark;
    }
    this.canvas.getContext("2d").putImageData(this.image, 0, 0);
    this.tell();
  }

  /** Fills the cell of an output: an empty frame if the output is switched off, a framed cell if it switched pieces. */
  fill(output, colour, mark, palette) {
    const [x, y] = this.cell(output);
    const inner = this.size > 3 ? this.size - 1 : this.size;
    const frame = Math.max(1, Math.floor(this.size / 6));
    const around = mark === 1 ? palette.off : palette.switched;
    const inside = mark === 1 ? palette.gap : colour;
    for (let dy = 0; dy < inner; dy++) {
      const start = (y * this.size + dy) * this.canvas.width + x * this.size;
      const edge = dy < frame || dy >= inner - frame;
      this.pixels.fill(mark && edge ? around : inside, start, start + inner);
      if (mark && !edge) {
        this.pixels.fill(around, start, start + frame);
        this.pixels.fill(around, start + inner - frame, start + inner);
      }
    }
  }

  /** Describes the output under the pointer. */
  tell() {
    const value = this.values?.[this.at];
    if (value === undefined) {
      this.status.textContent = "\u00a0";
      return;
    }
    const said = this.off[this.at] ? "switched off" : value === 0 ? "exactly 0" : value.toPrecision(4);
    const name =
      this.layer.kinds.length > 1
        ? `Output ${this.at + 1}, of unit ${this.layer.unitOf(this.at) + 1}`
        : `Unit ${this.at + 1}`;
    this.status.textContent = `${name}: ${said}`;
  }
}
