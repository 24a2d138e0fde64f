// What a unit computes from its pre-activation z: `value` is its output, `slope` the derivative of the output, and `piece`
// the number of the linear piece of its graph on which z lies. A smooth unit has a single piece, which is not `straight`.

const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const logistic = (z) => 1 / (1 + Math.exp(-z));
const positive = (z) => (z > 0 ? 1 : 0);

const rectifier = { value: (z) => (z > 0 ? z : 0), slope: positive, piece: positive, straight: true };
const opposite = {
  value: (z) => (z < 0 ? -z : 0),
  slope: (z) => -positive(-z),
  piece: (z) => positive(-z),
  straight: true,
};

function smooth(value, slope) {
  return { value, slope, piece: () => 0, straight: false };
}

/** A softplus of sharpness `alpha`, moved down by `shift`. */
function softplusUnit(alpha, shift) {
  return smooth(
    (z) => softplus(alpha * z) / alpha - shift,
    (z) => logistic(alpha * z),
  );
}

/** A softplus minus `threshold`, rectified: curved where it is not 0. */
function thresholdedUnit(alpha, threshold) {
  const excess = (z) => softplus(alpha * z) / alpha - threshold;
  return {
    value: (z) => Math.max(excess(z), 0),
    slope: (z) => (excess(z) > 0 ? logistic(alpha * z) : 0),
    piece: (z) => positive(excess(z)),
    straight: false,
  };
}

/** The firing rate 1 / interval(z) of a leaky integrate-and-fire neuron, whose interval is infinite up to 0. */
function firingUnit() {
  const interval = (z) => 1 + 7.5 * Math.log1p(0.05 / z);
  return {
    value: (z) => (z > 0 ? 1 / interval(z) : 0),
    slope: (z) => (z > 0 ? 0.375 / (z * (z + 0.05) * interval(z) ** 2) : 0),
    piece: positive,
    straight: false,
  };
}

/** The outputs of a unit with this formula: one, or two of a pair. */
function outputsOf(formula) {
  switch (formula.name) {
    case "rectifier":
      return [rectifier];
    case "softplus":
      return [softplusUnit(formula.alpha, 0)];
    case "centred-softplus":
      return [softplusUnit(formula.alpha, Math.LN2 / formula.alpha)];
    case "thresholded-softplus":
      return [thresholdedUnit(formula.alpha, formula.threshold)];
    case "tanh":
      return [smooth(Math.tanh, (z) => 1 - Math.tanh(z) ** 2)];
    case "hard-tanh":
      return [
        {
          value: (z) => Math.min(Math.max(z, -1), 1),
          slope: (z) => (Math.abs(z) <= 1 ? 1 : 0),
          piece: (z) => (Math.abs(z) <= 1 ? 0 : Math.sign(z)),
          straight: true,
        },
      ];
    case "logistic":
      return [smooth(logistic, (z) => logistic(z) * (1 - logistic(z)))];
    case "absolute":
      return [{ value: Math.abs, slope: Math.sign, piece: Math.sign, straight: true }];
    case "integrate-and-fire":
      return [firingUnit()];
    case "linear":
      return [{ value: (z) => z, slope: () => 1, piece: () => 0, straight: true }];
    case "pair":
      return [rectifier, opposite];
  }
  throw new Error(`no unit is called ${formula.name}`);
}

/** The name of a formula with its constants. */
function formulaText(formula) {
  const name = formula.name.replaceAll("-", " ");
  const numbers = ["alpha", "threshold"].filter((key) => key in formula && !(key === "alpha" && formula[key] === 1));
  return numbers.length ? `${name} (${numbers.map((key) => `${key} ${formula[key]}`).join(", ")})` : name;
}

/** The output functions of a decoder. */
const OUTPUTS = {
  softplus,
  logistic,
  "halved-tanh": (f) => (Math.tanh(f) + 1) / 2,
  linear: (f) => f,
  rectifier: rectifier.value,
};

/** The probabilities that belong to logits. */
function softmax(logits) {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const weights = logits.map((logit) => Math.exp(logit - most));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}
