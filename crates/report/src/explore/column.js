// A network beside its likes: the input as it reads it, its layers, its answer, and what is behind that.

const PATHS = 10;
const SCALING = ["rectifier", "absolute", "linear", "pair"]; // f(c z) = c f(z) for every c > 0

class Column {
  /** `act` has `choose`, as bars have, and `changed`, called when a unit was switched off or on. */
  constructor(network, image, classes, act) {
    Object.assign(this, { network, image, act });
    this.pass = new Pass(network);
    this.other = new Pass(network); // the same with the input at another scale
    this.other.off = this.pass.off;
    this.before = null; // pieces to compare with
    this.root = document.getElementById("network").content.cloneNode(true).firstElementChild;
    this.part = (selector) => this.root.querySelector(selector);
    const widths = [network.affines[0].inputs, ...network.affines.map((affine) => affine.units)];
    this.part("h2").textContent = network.name;
    this.part(".about").textContent = `${widths.join("–")}, ${this.units()}`;
    this.grids = network.hidden.map((layer, l) => this.grid(layer, l));
    const figure = this.part(".answer");
    this.answer = network.reconstructs ? new Reconstruction(figure, image) : new Bars(figure, classes, act);
  }

  /** The names of its units. */
  units() {
    return [...new Set(this.network.hidden.map((layer) => formulaText(layer.formula)))].join(", ");
  }

  grid(layer, l) {
    const figure = document.getElementById("layer").content.cloneNode(true).firstElementChild;
    this.part(".layers").append(figure);
    const toggle = (output) => {
      this.pass.off[l][output] ^= 1;
      this.act.changed();
    };
    return new Grid(figure, layer, this.network.reconstructs ? "Code" : `Hidden layer ${l + 1}`, { toggle });
  }

  /** Units that are switched off. */
  get offs() {
    return this.pass.off.reduce((sum, off) => sum + off.reduce((a, b) => a + b, 0), 0);
  }

  allOn() {
    this.pass.off.forEach((off) => off.fill(0));
  }

  setBiased(biased) {
    for (const pass of [this.pass, this.other]) {
      pass.biased = biased;
      pass.forget();
    }
  }

  /** The pieces that all outputs are on. */
  pieces() {
    return this.network.hidden.map((_, l) => this.pass.pieces(l));
  }

  /** Computes the network for the inputs `x`; `compared` are inputs, or pieces, whose pieces are compared, or null. */
  read(x, compared) {
    this.pass.read(x);
    if (compared.inputs) this.other.read(compared.inputs);
    const before = (l) => (compared.inputs ? this.other.pieces(l) : compared.pieces?.get(this)?.[l]);
    this.switched = this.network.hidden.map((_, l) => {
      const old = before(l);
      return old ? this.pass.pieces(l).map((piece, o) => (piece === old[o] ? 0 : 1)) : null;
    });
    this.values = this.pass.answer();
  }

  /** The output towards which paths are shown: the chosen class or the most probable one; of an auto-encoder a pixel. */
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
      grid.counted.textContent = `${pass.active(l)} of ${grid.count} active${switched}`;
    });
    this.answer.draw(this.values, this.target);
  }

  /** Says what scaling, or a changed pixel, switched; `how` names it. */
  tellSwitched(how) {
    const known = this.switched.filter((layer) => layer);
    const switched = known.reduce((sum, layer) => sum + countOf(layer), 0);
    const all = this.network.hidden.reduce((sum, layer) => sum + layer.outputs, 0);
    const names = new Set(this.network.hidden.map((layer) => layer.formula.name));
    const parts = known.length ? [`${how}: ${switched} of ${all} switched.`] : [];
    if (known.length && this.network.hidden.every((layer) => layer.kinds.every((kind) => kind.piece(-9) === kind.piece(9)))) {
      parts.push(`${capital(this.units())} units are smooth: they have no pieces to switch between.`);
    } else if (known.length && !this.pass.biased && [...names].every((name) => SCALING.includes(name))) {
      parts.push("Without biases, to scale the input scales every output: it switches none (section 3.1).");
    }
    this.part(".switched").textContent = parts.join(" ");
    this.part(".switched").hidden = parts.length === 0;
  }

  /** The strongest paths, and the linear network. */
  explain() {
    const { pass, target, image } = this;
    const paths = strongestPaths(pass, target, PATHS);
    this.part(".towards").textContent = `Strongest active paths to ${this.answer.name(target)}`;
    const factors = [countOf(pass.x), ...this.network.hidden.map((_, l) => countOf(pass.slopes(l)))];
    const product = factors.reduce((a, b) => a * b);
    this.part(".product").textContent =
      `${factors.join(" × ")} = ${countText(product)} paths lead there, from inputs that are not 0 through units that pass ` +
      "them on. Each contributes its input times the weights and slopes on its way. A pixel is (row, column), and units are " +
      "counted from 1.";
    this.part(".list").replaceChildren(...paths.map((path) => {
      const item = document.createElement("li");
      const units = path.places.slice(1, -1).map((place) => place + 1);
      item.append(textOf("b", signed(path.contribution)), ` ${[pixelText(image, path.places[0]), ...units].join(" → ")}`);
      return item;
    }));
    this.line(paths);
    this.map(gradient(pass, target));
  }

  /** Draws the paths over the layers. */
  line(paths) {
    const svg = this.part(".paths");
    const box = svg.getBoundingClientRect();
    svg.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
    const most = Math.abs(paths[0]?.contribution ?? 1);
    const read = this.part(".read canvas");
    svg.replaceChildren(...paths.toReversed().map(({ places, contribution }) => {
      const hidden = places.slice(1, -1).map((place, l) => this.grids[l].middle(place));
      const points = [middleOf(read, this.image, places[0]), ...hidden, this.answer.middle(this.target)];
      const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
      const text = points.filter((point) => point).map(([x, y]) => `${(x - box.left).toFixed(1)},${(y - box.top).toFixed(1)}`);
      line.setAttribute("points", text.join(" "));
      line.setAttribute("stroke-width", (0.75 + (1.75 * Math.abs(contribution)) / most).toFixed(2));
      line.setAttribute("class", contribution < 0 ? "against" : "for");
      return line;
    }));
  }

  /** Shows the linear network: its weights `slopes`, and what each gives with its input. */
  map(slopes) {
    const { pass, image, target, network } = this;
    const shares = slopes.map((slope, i) => slope * pass.x[i]);
    const name = this.answer.name(target);
    paintSigned(this.part(".slope"), image, slopes);
    paintSigned(this.part(".share"), image, shares);
    this.part(".slope").setAttribute("aria-label", `Weights of the linear network from each input to ${name}`);
    this.part(".share").setAttribute("aria-label", `What each input adds to ${name}`);
    const inputs = shares.reduce((a, b) => a + b, 0);
    const logit = pass.logits[target];
    const what = network.reconstructs ? "pre-activation of this pixel" : "logit";
    const [whole, part, rest] = [logit, inputs, logit - inputs].map((number) => number.toFixed(3).replace("-", "−"));
    this.part(".sum").textContent = network.straight
      ? `The ${what}, ${whole}, is exactly ${part} from the inputs plus ${rest} from the rest, such as biases: until a unit ` +
        "switches, this network is linear. Light adds to it, dark takes away."
      : `These are slopes at this input. They add up to ${part}; the ${what} is ${whole}. Curved units are linear nowhere: ` +
        "this is their tangent. Light adds to it, dark takes away.";
  }
}

/** Numbers that are not 0. */
function countOf(numbers) {
  return numbers.reduce((count, value) => count + (value !== 0), 0);
}

/** A count: whole as long as it can be read. */
function countText(count) {
  return count < 1e7 ? count.toLocaleString("en") : powerText(count);
}

/** A number with its sign. */
function signed(number) {
  const size = Math.abs(number);
  return (number < 0 ? "−" : "+") + (size < 0.01 && size > 0 ? powerText(size) : size.toFixed(3));
}

/** A number above 0 as one digit, a decimal and a power of ten. */
function powerText(number) {
  const [digits, power] = number.toExponential(1).split("e");
  const raised = { "+": "", "-": "⁻" };
  return `${digits}·10${[...power].map((sign) => raised[sign] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]).join("")}`;
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function textOf(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
