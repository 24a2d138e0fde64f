// The input of the networks, and pictures of arrays that have the shape of an image.

const DARKEST = [16, 36, 92]; // the negative end of the colour scale for weights, which the page of a run uses as well
const MIDDLE = [140, 140, 140];
const LIGHTEST = [255, 240, 205];

/** The input value of each byte in each plane, rounded to 32 bits as in the program. */
function valuesOf(image) {
  const { fround } = Math;
  const lowest = fround(image.lowest);
  const plain = (_, byte) => fround(lowest + fround(fround(1 - lowest) * fround(byte / image.maximum)));
  const bytes = Float64Array.from({ length: 256 }, plain);
  const standardised = ({ mean, deviation }) =>
    bytes.map((value) => fround(deviation > 0 ? (value - mean) / deviation : 0));
  const of = (_, plane) => (image.standard ? standardised(image.standard[plane]) : bytes);
  return Array.from({ length: image.channels }, of);
}

/** The brightness, from 0 for black to 1 for white, of an input of `image` in `plane`. */
function brightnessOf(image, number, plane) {
  const standard = image.standard?.[plane] ?? { mean: 0, deviation: 1 };
  return (standard.mean + standard.deviation * number - image.lowest) / (1 - image.lowest);
}

/** An array of `length` pseudo-random numbers from 0 to 1, determined by `seed`. */
function draws(seed, length) {
  let state = seed | 0;
  return Float64Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  });
}

/** The input of the networks: the values of the drawn bytes, times a scale, with some inputs masked by noise. */
class Input {
  constructor(image) {
    this.image = image;
    this.values = valuesOf(image);
    this.bytes = new Uint8Array(image.channels * image.height * image.width);
    this.isDrawn = false; // whether a stroke has changed the bytes since a test image was shown
    this.noise = 0; // expected fraction of inputs that are masked
    this.scale = 1;
    this.redraw(1);
  }

  /** Draws the random numbers that determine which inputs the noise masks. */
  redraw(seed) {
    this.seed = seed;
    this.draws = draws(seed, this.bytes.length);
  }

  /** The inputs of a network, multiplied by `scale`; masked inputs are 0. */
  numbers(scale) {
    return this.inputs(this.read()).map((value, i) => (this.draws[i] < this.noise ? 0 : scale * value));
  }

  /** The input value of each of `bytes`, which are a picture. */
  inputs(bytes) {
    const plane = this.image.height * this.image.width;
    return Float64Array.from(bytes, (byte, i) => this.values[Math.floor(i / plane)][byte]);
  }

  /** The bytes that the networks read: a drawing lies where those of the data set do, if all of them are characters. */
  read() {
    return this.isDrawn && this.image.form ? this.moved() : this.bytes;
  }

  /** Sets the pixel (x, y) in all planes. */
  set(x, y, byte) {
    const { channels, height, width } = this.image;
    for (let c = 0; c < channels; c++) this.bytes[(c * height + y) * width + x] = byte;
  }

  /** The byte of the pixel (x, y) in the first plane. */
  get(x, y) {
    return this.bytes[y * this.image.width + x];
  }

  invert() {
    this.isDrawn = false; // the ground is no longer that of the data set
    this.bytes.forEach((byte, i) => {
      this.bytes[i] = this.image.maximum - byte;
    });
  }

  /** Moves the drawing into the middle. */
  centre() {
    this.bytes = this.moved();
  }

  /** The bytes with the drawing in the middle: its centre of mass or, where characters fill the picture, its extent. */
  moved() {
    const { height, width, form } = this.image;
    const place = (i) => [i % width, Math.floor(i / width) % height];
    const middle = form === "filling" ? middleOfExtent : centreOfMass;
    const [x, y] = middle(this.bytes, place);
    const [dx, dy] = [Math.round((width - 1) / 2 - x), Math.round((height - 1) / 2 - y)];
    if (Number.isNaN(dx)) return this.bytes; // nothing is drawn
    return this.bytes.map((_, i) => {
      const [x, y] = place(i);
      const inside = x >= dx && y >= dy && x - dx < width && y - dy < height;
      return inside ? this.bytes[i - dy * width - dx] : 0;
    });
  }
}

/** The centre of mass of `bytes`, whose coordinates `place` tells; NaN if all are 0. */
function centreOfMass(bytes, place) {
  let [mass, sumX, sumY] = [0, 0, 0];
  bytes.forEach((byte, i) => {
    const [x, y] = place(i);
    mass += byte;
    sumX += byte * x;
    sumY += byte * y;
  });
  return [sumX / mass, sumY / mass];
}

/** The middle of the extent of those of `bytes` that are not 0, whose coordinates `place` tells; NaN if all are 0. */
function middleOfExtent(bytes, place) {
  const [xs, ys] = [[], []];
  bytes.forEach((byte, i) => {
    if (byte === 0) return;
    const [x, y] = place(i);
    xs.push(x);
    ys.push(y);
  });
  return [xs, ys].map((all) => (Math.min(...all) + Math.max(...all)) / 2);
}

/** Paints `numbers`, which have the shape of `image`. `tone` maps a number, the index of a colour, and that of a plane to a byte. */
function paint(canvas, image, numbers, tone) {
  const { channels, height, width } = image;
  const plane = height * width;
  // A stereo pair is shown in red and cyan.
  const planes = [0, channels === 3 ? 1 : channels - 1, channels - 1];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  for (let at = 0; at < plane; at++) {
    for (let colour = 0; colour < 3; colour++) {
      picture.data[4 * at + colour] = tone(numbers[planes[colour] * plane + at], colour, planes[colour]);
    }
    picture.data[4 * at + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

/** Paints inputs or reconstructions by their brightness. */
function paintInput(canvas, image, numbers) {
  paint(canvas, image, numbers, (number, _, plane) => 255 * brightnessOf(image, number, plane));
}

/** Paints signed numbers: positive ones light, negative ones dark, 0 mid-grey. The largest magnitude sets the scale. */
function paintSigned(canvas, image, numbers) {
  const limit = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const end = (value, colour) => (value < 0 ? DARKEST : LIGHTEST)[colour];
  const grey = (value, colour) => MIDDLE[colour] + ((end(value, colour) - MIDDLE[colour]) * Math.abs(value)) / limit;
  const coloured = (value) => 127.5 + (127.5 * value) / limit;
  paint(canvas, image, numbers, image.channels === 1 ? grey : coloured);
}
