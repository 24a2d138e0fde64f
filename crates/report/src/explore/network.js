// Networks, and the forward pass of an input through one.

function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function floatsOf(text) {
  return new Float32Array(bytesOf(text).buffer);
}

/** The affine map x W + b. The weights, [inputs, units], equal those of the program's rounded network bit for bit. */
class Affine {
  constructor(data) {
    const [codes, scale] = [new Int8Array(bytesOf(data.codes).buffer), floatsOf(data.scale)];
    this.bias = floatsOf(data.bias);
    this.units = this.bias.length;
    this.inputs = codes.length / this.units;
    this.weight = new Float32Array(codes.length);
    for (let at = 0, i = 0; i < this.inputs; i++) {
      for (let j = 0; j < this.units; j++, at++) this.weight[at] = codes[at] * scale[j];
    }
  }

  /** Adds each row of the weights, multiplied by its entry in `values`, to `sums`. Skips rows whose entry is 0. */
  add(values, sums) {
    const { weight, units } = this;
    const rows = [];
    for (let i = 0; i < values.length; i++) if (values[i] !== 0) rows.push(i);
    // Rows are added four at a time, so that the sums are read and written a quarter as often.
    let k = 0;
    for (; k + 4 <= rows.length; k += 4) {
      const [a, b, c, d] = [0, 1, 2, 3].map((n) => values[rows[k + n]]);
      const [p, q, r, s] = [0, 1, 2, 3].map((n) => rows[k + n] * units);
      for (let j = 0; j < units; j++) {
        sums[j] += a * weight[p + j] + b * weight[q + j] + c * weight[r + j] + d * weight[s + j];
      }
    }
    for (; k < rows.length; k++) {
      const [a, p] = [values[rows[k]], rows[k] * units];
      for (let j = 0; j < units; j++) sums[j] += a * weight[p + j];
    }
  }
}

/**
 * A hidden layer: sign * activation(x W + b). Output o belongs to unit floor(o / number of outputs per unit). `text` is
 * the name of the activation function f, and `homogeneous` is whether f(c z) = c f(z) for every c > 0.
 */
class Layer {
  constructor(data) {
    this.affine = new Affine(data);
    const { text, homogeneous, outputs } = data.activation;
    Object.assign(this, { text, homogeneous, kinds: outputs.map(functionOf) });
    this.outputs = this.affine.units * this.kinds.length;
    this.signs = data.signs ? floatsOf(data.signs) : new Float32Array(this.outputs).fill(1);
  }

  unitOf(output) {
    return Math.floor(output / this.kinds.length);
  }

  kindOf(output) {
    return this.kinds[output % this.kinds.length];
  }
}

class Network {
  constructor(data) {
    this.name = data.name;
    this.hidden = data.hidden.map((layer) => new Layer(layer));
    this.output = new Affine(data.output);
    this.affines = [...this.hidden.map((layer) => layer.affine), this.output];
    this.reconstructs = data.kind === "reconstruction";
    this.outputFunction = this.reconstructs ? functionOf(data.output_function).value : null;
    this.effect = data.effect;
    this.straight = this.hidden.every((layer) => layer.kinds.every((kind) => kind.straight));
  }

  /** The probabilities of the classes, or the reconstruction. */
  answer(logits) {
    return this.reconstructs ? logits.map(this.outputFunction) : softmax(logits);
  }
}

/** The forward pass of an input. Sums have 64 bits, so that rounding errors stay small as changes are added up. */
class Pass {
  constructor(network) {
    this.network = network;
    this.x = new Float64Array(network.affines[0].inputs);
    this.z = network.affines.map((affine) => new Float64Array(affine.units));
    this.h = network.hidden.map((layer) => new Float64Array(layer.outputs));
    this.off = network.hidden.map((layer) => new Uint8Array(layer.outputs)); // 1: switched off, so the output is 0
    this.biased = 1; // factor of all biases: 1, or 0 to compute without biases
    this.forget();
  }

  /** Makes the next pass compute all sums from scratch, free of the rounding errors of earlier changes. */
  forget() {
    this.begun = false;
  }

  read(x) {
    this.first(x);
    this.network.hidden.forEach((layer, l) => {
      this.activate(layer, l);
      this.begin(l + 1);
      this.network.affines[l + 1].add(this.h[l], this.z[l + 1]);
    });
  }

  /** Updates the pre-activations of the first layer by the effect of those inputs that changed. */
  first(x) {
    if (!this.begun) {
      this.begin(0);
      this.x.fill(0);
      this.begun = true;
    }
    const change = x.map((value, i) => value - this.x[i]);
    this.network.affines[0].add(change, this.z[0]);
    this.x.set(x);
  }

  begin(l) {
    const { bias } = this.network.affines[l];
    for (let j = 0; j < bias.length; j++) this.z[l][j] = this.biased * bias[j];
  }

  activate(layer, l) {
    const [z, h, off, kinds] = [this.z[l], this.h[l], this.off[l], layer.kinds];
    for (let j = 0, o = 0; j < z.length; j++) {
      for (let k = 0; k < kinds.length; k++, o++) h[o] = off[o] ? 0 : layer.signs[o] * kinds[k].value(z[j]);
    }
  }

  get logits() {
    return this.z[this.z.length - 1];
  }

  answer() {
    return this.network.answer(this.logits);
  }

  /** The derivative of each output of a layer with respect to its pre-activation; 0 for outputs that are switched off. */
  slopes(l) {
    const layer = this.network.hidden[l];
    const slope = (_, o) => (this.off[l][o] ? 0 : layer.signs[o] * layer.kindOf(o).slope(this.z[l][layer.unitOf(o)]));
    return Float64Array.from(this.h[l], slope);
  }

  /** The number of the piece on which each output of a layer lies. */
  pieces(l) {
    const layer = this.network.hidden[l];
    return Int32Array.from(this.h[l], (_, o) => layer.kindOf(o).piece(this.z[l][layer.unitOf(o)]));
  }
}
