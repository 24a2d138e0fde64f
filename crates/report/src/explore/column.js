// A column of the page, which shows one network: its input, its layers, its output, and an explanation of the output.

const PATHS = 10;

class Column {
  /** `act.choose` is passed to the bars; `act.changed` is called after an output has been switched off or on. */
  constructor(network, image, classes, act) {
    Object.assign(this, { network, image, act });
    this.pass = new Pass(network);
    this.other = new Pass(network); // the pass of the unscaled input, for comparison
    this.other.off = this.pass.off;
    this.root = document.getElementById("network").content.cloneNode(true).firstElementChild;
    this.part = (selector) => this.root.querySelector(selector);
    const widths = [network.affines[0].inputs, ...network.affines.map((affine) => affine.units)];
    this.part("h2").textContent = network.name;
    this.part(".about").textContent = `${widths.join("–")}, ${this.units()}`;
    this.part(".linear").textContent = network.straight
      ? "The linear network of this input"
      : "The linearisation of the network at this input";
    this.grids = network.hidden.map((layer, l) => this.grid(layer, l));
    const figure = this.part(".answer");
    this.answer = network.reconstructs ? new Reconstruction(figure, image) : new Bars(figure, classes, act);
  }

  /** The names of the network's activation functions, each once. */
  units() {
    return [...new Set(this.network.hidden.map((layer) => layer.text))].join(", ");
  }

  grid(layer, l) {
    const figure = document.getElementById("layer").content.cloneNode(true).firstElementChild;
    this.part(".layers").append(figure);
    const toggle = (output) => {
      this.pass.off[l][output] ^= 1;
      this.act.changed();
    };
    const code = this.network.reconstructs && this.network.hidden.length === 1;
    return new Grid(figure, layer, code ? "Code" : `Layer ${l + 1}`, { toggle });
  }

  /** The number of outputs that are switched off. */
  get offs() {
    return sumOf(this.pass.off.map(countOf));
  }

  allOn() {
    this.pass.off.forEach((off) => off.fill(0));
  }

  /** Multiplies all biases by `biased`, which is 0 or 1. */
  setBiased(biased) {
    this.pass.biased = this.other.biased = biased;
  }

  /** For each layer and each of its outputs, the number of the piece of the function on which it lies. */
  pieces() {
    return this.network.hidden.map((_, l) => this.pass.pieces(l));
  }

  /**
   * Computes the network for the inputs `x`, and finds the outputs that have switched to a different piece: compared
   * with the outputs for `inputs` or, if these are null, with the `pieces` of this column. Both may be null.
   */
  read(x, { inputs, pieces }) {
    this.pass.read(x);
    if (inputs) this.other.read(inputs);
    const before = (l) => (inputs ? this.other.pieces(l) : pieces?.get(this)[l]);
    this.switched = this.network.hidden.map((_, l) => {
      const old = before(l);
      return old ? this.pass.pieces(l).map((piece, o) => (piece === old[o] ? 0 : 1)) : null;
    });
    this.values = this.pass.answer();
  }

  /** Sets the output at which paths end: the chosen or the most probable class or, in an auto-encoder, a pixel. */
  aim({ chosen, pixel }) {
    if (this.network.reconstructs) this.target = pixel;
    else this.target = chosen ?? this.values.indexOf(this.values.reduce((a, b) => Math.max(a, b)));
  }

  draw(palette) {
    const { pass } = this;
    paintInput(this.part(".read canvas"), this.image, pass.x);
    this.part(".read .count").textContent = `${countOf(pass.x)} of ${pass.x.length} not 0`;
    this.grids.forEach((grid, l) => {
      grid.draw(pass.h[l], pass.off[l], this.switched[l], palette);
      const switched = this.switched[l] ? `, ${countOf(this.switched[l])} switched` : "";
      grid.counted.textContent = `${countOf(pass.h[l])} of ${grid.count} active${switched}`;
    });
    this.answer.draw(this.values, this.target);
  }

  /** States how many outputs switched after the change described by `how`; hides the text if nothing was compared. */
  tellSwitched(how) {
    const { hidden } = this.network;
    const place = this.part(".switched");
    place.hidden = this.switched.includes(null);
    if (place.hidden) return;
    const [switched, all] = [this.switched.map(countOf), hidden.map((layer) => layer.outputs)].map(sumOf);
    const smooth = hidden.every((layer) => layer.kinds.every((kind) => kind.piece(-9) === kind.piece(9)));
    const scaling = !this.pass.biased && hidden.every((layer) => layer.homogeneous);
    place.textContent =
      `${how}: ${switched} of ${all} outputs switched.` +
      (smooth ? ` The graph of ${this.units()} units is a single piece, so they never switch.` : "") +
      (scaling ? " Without biases, scaling the input scales every output and switches none (section 3.1)." : "");
  }

  /** Shows the strongest paths and the linear network at this input. */
  explain() {
    const { pass, target, image } = this;
    const paths = strongestPaths(pass, target, PATHS);
    this.part(".towards").textContent = `Strongest active paths to ${this.answer.name(target)}`;
    const factors = [countOf(pass.x), ...this.network.hidden.map((_, l) => countOf(pass.slopes(l)))];
    const product = factors.reduce((a, b) => a * b);
    this.part(".product").textContent =
      `${factors.join(" × ")} = ${countText(product)} active paths lead to this output, from inputs that are not 0 ` +
      "through units whose slope is not 0. Each path contributes its input times the weights and slopes along it. Pixels " +
      "are given as (row, column); units are numbered from 1.";
    this.part(".list").replaceChildren(
      ...paths.map((path) => {
        const item = document.createElement("li");
        const units = path.places.slice(1, -1).map((place) => place + 1);
        item.append(
          textOf("b", signed(path.contribution)),
          ` ${[pixelText(image, path.places[0]), ...units].join(" → ")}`,
        );
        return item;
      }),
    );
    this.line(paths);
    this.map(gradient(pass, target));
  }

  /** Draws the paths as lines over the layers. */
  line(paths) {
    const svg = this.part(".paths");
    const box = svg.getBoundingClientRect();
    svg.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
    const most = Math.abs(paths[0]?.contribution ?? 1);
    const read = this.part(".read canvas");
    svg.replaceChildren(
      ...paths.toReversed().map(({ places, contribution }) => {
        const hidden = places.slice(1, -1).map((place, l) => this.grids[l].middle(place));
        const points = [middleOf(read, this.image, places[0]), ...hidden, this.answer.middle(this.target)];
        const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
        const text = points
          .filter((point) => point)
          .map(([x, y]) => `${(x - box.left).toFixed(1)},${(y - box.top).toFixed(1)}`);
        line.setAttribute("points", text.join(" "));
        line.setAttribute("stroke-width", (0.75 + (1.75 * Math.abs(contribution)) / most).toFixed(2));
        line.setAttribute("class", contribution < 0 ? "against" : "for");
        return line;
      }),
    );
  }

  /** Shows the linear network: its weights, `slopes`, and the product of each weight and its input. */
  map(slopes) {
    const { pass, image, target, network } = this;
    const shares = slopes.map((slope, i) => slope * pass.x[i]);
    const name = this.answer.name(target);
    paintSigned(this.part(".slope"), image, slopes);
    paintSigned(this.part(".share"), image, shares);
    this.part(".slope").setAttribute("aria-label", `Weights of the linear network from each input to ${name}`);
    this.part(".share").setAttribute("aria-label", `Contribution of each input to ${name}`);
    const inputs = sumOf(shares);
    const logit = pass.logits[target];
    const what = network.reconstructs ? "pre-activation of this pixel" : "logit";
    const [whole, part, rest] = [logit, inputs, logit - inputs].map((number) => number.toFixed(3).replace("-", "−"));
    this.part(".sum").textContent = network.straight
      ? `The ${what} is ${whole}: ${part} from the inputs plus ${rest} from the rest, such as the biases. The network is ` +
        "exactly linear until a unit switches. Light pixels raise the value; dark pixels lower it."
      : `The weights are the slopes at this input; multiplied by the inputs, they sum to ${part}. The ${what} is ` +
        `${whole}. Smooth units are nowhere linear, so this is a tangent. Light pixels raise the value; dark pixels ` +
        "lower it.";
  }
}

/** Counts those of `numbers` that are not 0. */
function countOf(numbers) {
  return numbers.reduce((count, value) => count + (value !== 0), 0);
}

function sumOf(numbers) {
  return numbers.reduce((a, b) => a + b, 0);
}

/** A count as text: with all its digits below ten million, otherwise with a power of ten. */
function countText(count) {
  return count < 1e7 ? count.toLocaleString("en") : powerText(count);
}

/** A number as text with its sign. */
function signed(number) {
  const size = Math.abs(number);
  return (number < 0 ? "−" : "+") + (size < 0.01 && size > 0 ? powerText(size) : size.toFixed(3));
}

/** A positive number as text with two significant digits and a power of ten. */
function powerText(number) {
  const [digits, power] = number.toExponential(1).split("e");
  const raised = { "+": "", "-": "⁻" };
  return `${digits}·10${[...power].map((sign) => raised[sign] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]).join("")}`;
}

function textOf(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
