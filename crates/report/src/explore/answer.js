// The output of a network: the probabilities of the classes as bars, or a reconstruction as a picture.

const ROWS = 10; // with more than ROWS + 2 classes, only the ROWS most probable ones are shown

/** A bar for each class shown. `act.choose` is called with the class that the user selects as the end of paths. */
class Bars {
  constructor(figure, classes, act) {
    Object.assign(this, { classes, all: classes.length <= ROWS + 2 });
    figure.querySelector("figcaption").append(textOf("b", "Probability"));
    this.list = figure.appendChild(document.createElement("ul"));
    this.list.className = "bars";
    this.rows = classes.slice(0, this.all ? classes.length : ROWS).map(() => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(
        ...["name", "bar", "number"].map((name) => {
          const part = document.createElement("span");
          part.className = name;
          return part;
        }),
      );
      button.addEventListener("click", () => act.choose(Number(button.dataset.class)));
      this.list.appendChild(document.createElement("li")).append(button);
      return button;
    });
  }

  /** Shows `probabilities`; `target` is the class to which paths are shown. */
  draw(probabilities, target) {
    this.order = [...probabilities.keys()];
    if (!this.all) this.order.sort((a, b) => probabilities[b] - probabilities[a]);
    const most = probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));
    this.rows.forEach((row, k) => {
      const [index, probability] = [this.order[k], probabilities[this.order[k]]];
      const [name, bar, number] = row.children;
      row.dataset.class = index;
      row.dataset.value = probability;
      row.classList.toggle("most", index === most);
      row.setAttribute("aria-pressed", index === target);
      name.textContent = this.classes[index];
      bar.style.setProperty("--part", probability);
      number.textContent = `${(100 * probability).toFixed(1)}\u00a0%`;
    });
    this.probabilities = probabilities;
    this.most = most;
  }

  /** The most probable class and its probability, as text. */
  text() {
    return `${this.classes[this.most]}, ${Math.round(100 * this.probabilities[this.most])}\u00a0%`;
  }

  /** The position on the screen at which paths to the class `target` end; null if the class is not shown. */
  middle(target) {
    const row = this.rows[this.order.indexOf(target)];
    if (!row) return null;
    const box = row.querySelector(".bar").getBoundingClientRect();
    return [box.left, box.top + box.height / 2];
  }

  name(target) {
    return `class ${this.classes[target]}`;
  }
}

/** The reconstruction of an auto-encoder. */
class Reconstruction {
  constructor(figure, image) {
    this.image = image;
    figure.querySelector("figcaption").append(textOf("b", "Reconstruction"));
    this.canvas = figure.appendChild(document.createElement("canvas"));
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "Reconstruction of the input by the auto-encoder");
  }

  draw(values) {
    paintInput(this.canvas, this.image, values);
    this.values = values;
  }

  text() {
    const { height, width } = this.image;
    const brightness = (sum, value, i) => sum + brightnessOf(this.image, value, Math.floor(i / (height * width)));
    return `brightness ${Math.round((100 * this.values.reduce(brightness, 0)) / this.values.length)}\u00a0%`;
  }

  middle(target) {
    return middleOf(this.canvas, this.image, target);
  }

  name(target) {
    return `pixel ${pixelText(this.image, target)}`;
  }
}

/** The position on the screen of the centre of an input's pixel. */
function middleOf(canvas, image, input) {
  const box = canvas.getBoundingClientRect();
  const [x, y] = [input % image.width, Math.floor(input / image.width) % image.height];
  return [box.left + ((x + 0.5) / image.width) * box.width, box.top + ((y + 0.5) / image.height) * box.height];
}

/** The row and column of an input, counted from 1, and the name of its plane if the image has two or three. */
function pixelText(image, input) {
  const planes = [[], ["left", "right"], ["red", "green", "blue"]][image.channels - 1] ?? [];
  const [row, column] = [(Math.floor(input / image.width) % image.height) + 1, (input % image.width) + 1];
  const plane = planes[Math.floor(input / (image.width * image.height))];
  return plane ? `(${row}, ${column}) ${plane}` : `(${row}, ${column})`;
}
