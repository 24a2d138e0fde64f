// The page as a whole: the actions of its controls, and the timing of computations and redraws.

const PAUSE = 90; // ms without a change before paths are computed
const QUIET = 1000; // ms from a change to its announcement to a screen reader

const page = JSON.parse(document.getElementById("page").textContent);
const element = (id) => document.getElementById(id);

class Explorer {
  constructor() {
    this.input = new Input(page.image);
    this.columns = [];
    this.chosen = null; // the class at which paths end; null for the most probable class
    this.perturbed = null; // the pieces of each column before the latest perturbation; null after any other edit
    this.sample = -1;
    this.pad = new Pad(element("pad"), this.input, {
      painted: () => {
        this.perturbed = null;
        this.change();
      },
      moved: () => this.change(),
      settled: () => this.changeAll(),
      perturb: (x, y) => this.perturb(x, y),
    });
    this.controls();
    this.show(0);
  }

  controls() {
    const on = (id, event, act) => element(id).addEventListener(event, act);
    const edit = (act) => () => {
      act();
      this.changeAll();
    };
    on(
      "clear",
      "click",
      edit(() => this.input.bytes.fill(0)),
    );
    on(
      "centre",
      "click",
      edit(() => this.input.centre()),
    );
    on(
      "invert",
      "click",
      edit(() => this.input.invert()),
    );
    on("previous", "click", () => this.show(this.sample - 1));
    on("next", "click", () => this.show(this.sample + 1));
    on("random", "click", () => this.show(this.sample + 1 + Math.floor(Math.random() * (page.samples.length - 1))));
    on(
      "scale",
      "input",
      edit(() => {
        this.input.scale = 2 ** (element("scale").value / 4);
      }),
    );
    on(
      "noise",
      "input",
      edit(() => {
        this.input.noise = Number(element("noise").value);
      }),
    );
    on(
      "redraw",
      "click",
      edit(() => this.input.redraw(this.input.seed + 1)),
    );
    on(
      "unbiased",
      "change",
      edit(() => {
        this.columns.forEach((column) => column.setBiased(element("unbiased").checked ? 0 : 1));
      }),
    );
    on(
      "all-on",
      "click",
      edit(() => this.columns.forEach((column) => column.allOn())),
    );
    for (const tool of document.getElementsByName("tool")) {
      tool.addEventListener("change", () => this.pad.use(tool.value));
    }
    element("samples").hidden = page.samples.length === 0;
  }

  /** Shows a test image. Numbers outside the list wrap around. */
  show(number) {
    const count = page.samples.length;
    if (count) {
      this.sample = (number + count) % count;
      const sample = page.samples[this.sample];
      this.input.bytes.set(bytesOf(sample.pixels));
      this.input.isDrawn = false;
      element("sample").textContent =
        `Test image ${this.sample + 1} of ${count}, of class ${page.classes[sample.label]}`;
    }
    this.changeAll();
  }

  /** Adds the networks once their weights are unpacked. */
  begin(networks) {
    const choose = (index) => {
      this.chosen = this.chosen === index ? null : index;
      this.changeAll();
    };
    const act = { choose, changed: () => this.changeAll() };
    this.columns = networks.map((network) => new Column(network, page.image, page.classes, act));
    element("networks").replaceChildren(...this.columns.map((column) => column.root));
    element("networks").classList.toggle("single", networks.length === 1);
    element("corruption").hidden = !networks.some((network) => network.reconstructs);
    this.tint();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.tint());
    new ResizeObserver(() => this.tint()).observe(element("networks"));
  }

  /** Redraws everything in the current theme and size. */
  tint() {
    this.palette = paletteOf(document.documentElement);
    this.columns.forEach((column) => column.grids.forEach((grid) => grid.unfit()));
    this.change();
  }

  /** Inverts a pixel and remembers the pieces on which the outputs lay before. */
  perturb(x, y) {
    const before = new Map(this.columns.map((column) => [column, column.pieces()]));
    this.input.set(x, y, page.image.maximum - this.input.get(x, y));
    this.changeAll();
    this.perturbed = before;
  }

  /** Schedules a redraw that computes all networks from scratch. */
  changeAll() {
    this.perturbed = null;
    for (const column of this.columns) {
      column.pass.forget();
      column.other.forget();
    }
    this.change();
  }

  /** Schedules a redraw that computes only the effect of the inputs that changed. */
  change() {
    this.stale ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    const start = performance.now();
    const { input, columns } = this;
    this.stale = undefined;
    paintInput(this.pad.canvas, page.image, input.inputs(input.bytes));
    const [x, pixel] = [input.numbers(input.scale), this.pixel()];
    const compared = { pieces: this.perturbed, inputs: !this.perturbed && input.scale !== 1 ? input.numbers(1) : null };
    for (const column of columns) {
      column.read(x, compared);
      column.aim({ chosen: this.chosen, pixel });
      column.draw(this.palette);
    }
    this.tell();
    if (columns.length) {
      // For the browser's performance tools. The measurement is cleared at once, so that measurements do not pile up.
      performance.measure("redraw", { start });
      performance.clearMeasures("redraw");
    }
    clearTimeout(this.later);
    this.later = setTimeout(() => this.explain(), PAUSE);
  }

  /** The index of the input under the cursor. In an auto-encoder, paths end at the reconstruction of this input. */
  pixel() {
    const [x, y] = this.pad.cursor;
    return y * page.image.width + x;
  }

  /** Updates the texts beside the controls and the summary of the networks' outputs. */
  tell() {
    const { scale, noise } = this.input;
    element("scale-said").textContent = `${scale.toFixed(2)} times`;
    element("noise-said").textContent = `${Math.round(100 * noise)} %`;
    const offs = sumOf(this.columns.map((column) => column.offs));
    element("all-on").disabled = offs === 0;
    element("all-on").textContent = offs
      ? `Switch all units on (${offs} ${offs === 1 ? "is" : "are"} off)`
      : "Switch all units on";
    const how = this.perturbed ? "Pixel inverted" : `Input times ${scale.toFixed(2)}, compared with the unscaled input`;
    this.columns.forEach((column) => column.tellSwitched(how));
    element("now").replaceChildren(
      ...this.columns.map(({ network, answer }) => {
        const item = textOf("li", `${network.name} `);
        item.append(textOf("b", answer.text()));
        return item;
      }),
    );
  }

  /** Shows the explanations, which take longer than a frame to compute. */
  explain() {
    this.columns.forEach((column) => column.explain());
    this.announce();
  }

  /** Announces the networks' outputs to a screen reader, at most once every `QUIET` ms. */
  announce() {
    this.announced ??= setTimeout(() => {
      this.announced = undefined;
      element("said").textContent = this.columns
        .map(({ network, answer }) => `${network.name}: ${answer.text()}`)
        .join("; ");
    }, QUIET);
  }
}

/** Compares the outputs that this page computes with those of the program, one test image at a time. */
function check(networks) {
  const passes = networks.map((network) => new Pass(network));
  let difference = 0;
  const next = (k) => {
    if (k === page.samples.length) return tellCheck(difference);
    const sample = page.samples[k];
    const x = explorer.input.inputs(bytesOf(sample.pixels));
    passes.forEach((pass, n) => {
      pass.forget();
      pass.read(x);
      const expected = floatsOf(sample.answers[n]);
      pass.answer().forEach((value, i) => {
        difference = Math.max(difference, Math.abs(value - expected[i]));
      });
    });
    setTimeout(() => next(k + 1));
  };
  next(0);
}

function tellCheck(difference) {
  const count = page.samples.length;
  const place = element("check");
  place.hidden = count === 0;
  place.dataset.difference = difference;
  place.textContent =
    `For the ${count} test images of this page, the outputs computed here differ from those of the program with the ` +
    `same weights by at most ${difference.toExponential(1)}; differences up to ${page.tolerance} are due to rounding.` +
    (difference <= page.tolerance ? "" : " This difference is larger: do not trust the page in this browser.");
}

/** A sentence on the effect of rounding a network's weights. */
function effectText(network) {
  if (!network.effect) return `${network.name}: the effect of the rounding was not measured.`;
  const { exact, rounded, examples } = network.effect;
  const [what, number] = network.reconstructs
    ? ["mean reconstruction cost", (value) => value.toFixed(4)]
    : ["test error", (value) => `${(100 * value).toFixed(2)}\u00a0%`];
  return (
    `${network.name}: ${what} ${number(rounded)} with the weights of this page, ${number(exact)} with the original weights, ` +
    `on ${examples.toLocaleString("en")} test images.`
  );
}

/** Unpacks the weights, which may take a moment, and shows the networks. */
function unpack() {
  const networks = [...document.querySelectorAll("script.weights")].map(
    (script) => new Network(JSON.parse(script.textContent)),
  );
  explorer.begin(networks);
  element("title").textContent = ["A network", "Two networks", "Three networks"][networks.length - 1] + " at work";
  element("effects").replaceChildren(...networks.map((network) => textOf("li", effectText(network))));
  check(networks);
}

const explorer = new Explorer();
element("command").textContent = page.command;
// The page is painted before its weights are unpacked.
requestAnimationFrame(() => setTimeout(unpack));
