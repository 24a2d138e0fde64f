// The dependence of an output on the input: the gradient of the output, and the strongest paths to it.

/** The derivative of the logit `target` with respect to each input, by back-propagation that skips zeros. */
function gradient(pass, target) {
  const { affines, hidden } = pass.network;
  let units = new Float64Array(pass.logits.length); // d logit / d pre-activation
  units[target] = 1;
  for (let l = affines.length - 1; l > 0; l--) {
    const layer = hidden[l - 1];
    const slopes = pass.slopes(l - 1);
    const above = back(affines[l], units, slopes);
    units = new Float64Array(layer.affine.units);
    above.forEach((value, o) => {
      units[layer.unitOf(o)] += value * slopes[o];
    });
  }
  return back(affines[0], units, new Float64Array(affines[0].inputs).fill(1));
}

/**
 * For each input of `affine`, the sum over the units of the weight times the unit's entry in `units`, or 0 if the
 * input's entry in `wanted` is 0.
 */
function back(affine, units, wanted) {
  const { weight, units: width } = affine;
  const columns = [];
  units.forEach((value, j) => {
    if (value !== 0) columns.push(j);
  });
  return wanted.map((want, i) => {
    if (want === 0) return 0;
    let sum = 0;
    for (const j of columns) sum += weight[i * width + j] * units[j];
    return sum;
  });
}

/**
 * For the input and each hidden layer, the strength of the strongest path that ends at each of its outputs: the
 * greatest product of |input|, |weights| and |slopes|.
 */
function strengths(pass, slopes) {
  const below = [pass.x.map(Math.abs)];
  pass.network.hidden.forEach((layer, l) => {
    const { weight, units } = layer.affine;
    const most = new Float64Array(units);
    const needed = []; // the units with an output whose slope is not 0
    for (let j = 0; j < units; j++)
      if (layer.kinds.some((_, k) => slopes[l][j * layer.kinds.length + k])) needed.push(j);
    below[l].forEach((strength, i) => {
      if (strength === 0) return;
      const row = i * units;
      for (const j of needed) {
        const product = strength * Math.abs(weight[row + j]);
        if (product > most[j]) most[j] = product;
      }
    });
    below.push(slopes[l].map((slope, o) => Math.abs(slope) * most[layer.unitOf(o)]));
  });
  return below;
}

/**
 * The `count` paths from inputs to the output `target` whose contributions have the largest magnitudes, the largest
 * first. `places` are the places of a path from the input to the output, and `contribution` is the product of its
 * input, weights and slopes.
 *
 * Paths are extended from the output downwards, and only `count` partial paths are kept at each layer. The result is
 * still exact, because a partial path is ranked by the strongest complete path that it can become: when one is dropped,
 * `count` partial paths remain that can become at least as strong.
 */
function strongestPaths(pass, target, count) {
  const { affines, hidden } = pass.network;
  const slopes = hidden.map((_, l) => pass.slopes(l));
  const below = strengths(pass, slopes);
  let paths = [{ places: [target], unit: target, contribution: 1 }];
  for (let l = affines.length - 1; l >= 0; l--) {
    const { weight, units } = affines[l];
    const passed = l > 0 ? slopes[l - 1] : pass.x;
    const best = new Best(count);
    for (const path of paths) {
      below[l].forEach((strength, i) => {
        const product = path.contribution * weight[i * units + path.unit];
        best.offer(Math.abs(product) * strength, () => ({
          places: [i, ...path.places],
          unit: l > 0 ? hidden[l - 1].unitOf(i) : i,
          contribution: product * passed[i],
        }));
      });
    }
    paths = best.items;
  }
  return paths;
}

/** The `count` items with the greatest positive ranks, the greatest first. */
class Best {
  constructor(count) {
    this.count = count;
    this.ranks = [];
    this.items = [];
  }

  offer(rank, make) {
    const least = this.ranks.length < this.count ? 0 : this.ranks[this.count - 1];
    if (!(rank > least)) return;
    const place = this.ranks.findIndex((other) => rank > other);
    const at = place < 0 ? this.ranks.length : place;
    this.ranks.splice(at, 0, rank);
    this.items.splice(at, 0, make());
    this.ranks.length = this.items.length = Math.min(this.items.length, this.count);
  }
}
