// The drawing pad, for mouse, pen, finger and keyboard.

const BRUSH = 0.043; // radius as a fraction of the image's width, similar to that of strokes in MNIST
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The distance from a point to the segment between two others. */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1);
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/**
 * A pad on which to change an input. `act.painted` is called while a stroke grows, `act.settled` when it ends,
 * `act.moved` when an arrow key has moved the cursor, and `act.perturb` with the pixel to perturb.
 */
class Pad {
  constructor(canvas, input, act) {
    const { width, height } = input.image;
    Object.assign(this, { canvas, input, act });
    this.use("draw");
    this.spot = canvas.parentElement.querySelector(".spot");
    this.status = document.getElementById("place");
    this.cursor = [Math.floor(width / 2), Math.floor(height / 2)];
    this.last = null; // the latest point of the current stroke; null between strokes
    canvas.setAttribute("aria-label", `Input of ${width} by ${height} pixels`);
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.end());
    canvas.addEventListener("keydown", (event) => this.key(event));
    this.move(this.cursor);
  }

  /** Chooses the tool: "draw", "erase" or "perturb". */
  use(tool) {
    this.tool = tool;
    this.canvas.parentElement.classList.toggle("pointing", tool === "perturb");
  }

  /** The position of a pointer event in pixels of the image, measured from the centre of the first pixel. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { width, height } = this.input.image;
    return [
      ((event.clientX - box.left) / box.width) * width - 0.5,
      ((event.clientY - box.top) / box.height) * height - 0.5,
    ];
  }

  begin(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    const place = this.at(event);
    this.move(place.map(Math.round));
    if (this.tool === "perturb") {
      this.act.perturb(...this.cursor);
    } else {
      this.stroke(place, place);
      this.last = place;
    }
    this.tell();
  }

  go(event) {
    if (this.tool === "perturb") this.move(this.at(event).map(Math.round));
    if (!this.last) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const place = this.at(part);
      this.stroke(this.last, place);
      this.last = place;
    }
    this.move(this.last.map(Math.round));
  }

  end() {
    if (!this.last) return;
    this.last = null;
    this.act.settled();
  }

  key(event) {
    const step = ARROWS[event.key];
    if (step) {
      const from = this.cursor;
      this.move([from[0] + step[0], from[1] + step[1]]);
      if (event.shiftKey) this.dab(from, this.cursor);
      else this.act.moved();
    } else if (event.key === " " && this.tool !== "perturb") {
      this.dab(this.cursor, this.cursor);
    } else if (event.key === "p" || event.key === "P" || event.key === " ") {
      this.act.perturb(...this.cursor);
    } else {
      return;
    }
    event.preventDefault();
    this.tell();
  }

  /** Paints a complete stroke. */
  dab(from, to) {
    this.stroke(from, to);
    this.act.settled();
  }

  /** Paints or erases along a segment, changing each pixel in proportion to how much of it the brush covers. */
  stroke(from, to) {
    const { width, height, maximum } = this.input.image;
    const radius = Math.max(BRUSH * width, 0.6);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const covered = Math.min(radius + 0.5 - distance([x, y], from, to), 1);
        if (covered <= 0) continue;
        const [byte, ink] = [this.input.get(x, y), Math.round(covered * maximum)];
        this.input.set(x, y, this.tool === "erase" ? Math.min(byte, maximum - ink) : Math.max(byte, ink));
      }
    }
    this.input.isDrawn = true;
    this.act.painted();
  }

  move([x, y]) {
    const { width, height } = this.input.image;
    this.cursor = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
    putSpot(this.spot, this.cursor, [width, height]);
  }

  /** Describes the pixel under the cursor. */
  tell() {
    const [x, y] = this.cursor;
    const { maximum } = this.input.image;
    this.status.textContent = `Row ${y + 1}, column ${x + 1}: ${this.input.get(x, y)} of ${maximum}`;
  }
}

/** Puts the ring around the cell (x, y) of a grid of `columns` by `rows` cells. */
function putSpot(spot, [x, y], [columns, rows]) {
  spot.style.left = `${(100 * x) / columns}%`;
  spot.style.top = `${(100 * y) / rows}%`;
  spot.style.width = `${100 / columns}%`;
  spot.style.height = `${100 / rows}%`;
}
