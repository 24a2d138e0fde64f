// The input of the networks, and pictures of arrays that have the shape of an image.

const DARKEST = [16, 36, 92]; // the negative end of the colour scale for weights, which the page of a run uses as well
const MIDDLE = [140, 140, 140];
const LIGHTEST = [255, 240, 205];

/** The input value of each byte, rounded to 32 bits as in the program. */
function valuesOf(image) {
  const { fround } = Math;
  const lowest = fround(image.lowest);
  const value = (_, byte) => fround(lowest + fround(fround(1 - lowest) * fround(byte / image.maximum)));
  return Float64Array.from({ length: 256 }, value);
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
    return Float64Array.from(this.bytes, (byte, i) => (this.draws[i] < this.noise ? 0 : scale * this.values[byte]));
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
    this.bytes.forEach((byte, i) => {
      this.bytes[i] = this.image.maximum - byte;
    });
  }

  /** Moves the drawing so that its centre of mass is in the middle, as in MNIST. */
  centre() {
    const { height, width } = this.image;
    let [mass, sumX, sumY] = [0, 0, 0];
    this.bytes.forEach((byte, i) => {
      mass += byte;
      sumX += byte * (i % width);
      sumY += byte * (Math.floor(i / width) % height);
    });
    if (mass === 0) return;
    const [dx, dy] = [Math.round((width - 1) / 2 - sumX / mass), Math.round((height - 1) / 2 - sumY / mass)];
    const from = this.bytes.slice();
    from.forEach((_, i) => {
      const [x, y] = [(i % width) - dx, (Math.floor(i / width) % height) - dy];
      const inside = x >= 0 && y >= 0 && x < width && y < height;
      this.bytes[i] = inside ? from[i - dy * width - dx] : 0;
    });
  }
}

/** Paints `numbers`, which have the shape of `image`. `tone` maps a number and the index of a colour to a byte. */
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
      picture.data[4 * at + colour] = tone(numbers[planes[colour] * plane + at], colour);
    }
    picture.data[4 * at + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

/** Paints inputs or reconstructions: `lowest` is black, and 1 is white. */
function paintInput(canvas, image, numbers) {
  paint(canvas, image, numbers, (value) => (255 * (value - image.lowest)) / (1 - image.lowest));
}

/** Paints signed numbers: positive ones light, negative ones dark, 0 mid-grey. The largest magnitude sets the scale. */
function paintSigned(canvas, image, numbers) {
  const limit = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const end = (value, colour) => (value < 0 ? DARKEST : LIGHTEST)[colour];
  const grey = (value, colour) => MIDDLE[colour] + ((end(value, colour) - MIDDLE[colour]) * Math.abs(value)) / limit;
  const coloured = (value) => 127.5 + (127.5 * value) / limit;
  paint(canvas, image, numbers, image.channels === 1 ? grey : coloured);
}
