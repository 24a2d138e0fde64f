// How an output depends on the input: its gradient, and the strongest paths to it.

/** d logit / d x for each input, by back-propagation. Zeros are skipped. */
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

/** The sum of weight times `units` for each input of `affine` that is `wanted`; 0 for the others. */
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
 * For each layer, from the input to the last hidden one, the size of the strongest path that ends at each of its
 * outputs: the greatest product of |input|, |weights| and |slopes|.
 */
function strengths(pass, slopes) {
  const below = [pass.x.map(Math.abs)];
  pass.network.hidden.forEach((layer, l) => {
    const { weight, units } = layer.affine;
    const most = new Float64Array(units);
    const needed = []; // units with an output whose slope is not 0
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
 * The `count` paths from inputs to the output `target` with the largest contributions, the largest first: `places` from
 * the input to the output, and the `contribution`, the product of input, weights and slopes.
 *
 * From the output down, only `count` partial paths are kept. No path is missed, because each partial path is ranked by the
 * strongest complete path that it can become: for one that is dropped, `count` stronger ones are kept.
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
