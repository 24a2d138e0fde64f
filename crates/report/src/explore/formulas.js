// What a unit computes from its pre-activation z, and a decoder from its own. The page holds the formulas as trees of the
// operators that exported networks have: a tree is "z", a number, or ["Operator", input, ..].

const positive = (a) => (a > 0 ? 1 : 0);
const logistic = (a) => 1 / (1 + Math.exp(-a));
const never = () => false;

/**
 * The operators of ONNX: `value` of the inputs, and `slopes` by each of them. `piece` is the number of the straight piece
 * that the inputs are on, of those that have a kink. `straight` says of those that may be curved whether their graph is made
 * of straight pieces, given which inputs change with z.
 */
const OPERATORS = {
  Abs: { value: Math.abs, slopes: (a) => [Math.sign(a)], piece: Math.sign },
  Add: { value: (a, b) => a + b, slopes: () => [1, 1] },
  Clip: {
    value: (a, low, high) => Math.min(Math.max(a, low), high),
    slopes: (a, low, high) => [low <= a && a <= high ? 1 : 0, 0, 0],
    piece: (a, low, high) => (a > high ? 1 : 0) - (a < low ? 1 : 0),
  },
  Div: { value: (a, b) => a / b, slopes: (a, b) => [1 / b, -a / (b * b)], straight: (_, moving) => !moving },
  Greater: { value: (a, b) => positive(a - b), slopes: () => [0, 0], piece: (a, b) => positive(a - b) },
  Log: { value: Math.log, slopes: (a) => [1 / a], straight: never },
  Mul: { value: (a, b) => a * b, slopes: (a, b) => [b, a], straight: (a, b) => !(a && b) },
  Reciprocal: { value: (a) => 1 / a, slopes: (a) => [-1 / (a * a)], straight: never },
  Relu: { value: (a) => (a > 0 ? a : 0), slopes: (a) => [positive(a)], piece: positive },
  Sigmoid: { value: logistic, slopes: (a) => [logistic(a) * logistic(-a)], straight: never },
  Softplus: {
    value: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
    slopes: (a) => [logistic(a)],
    straight: never,
  },
  Sub: { value: (a, b) => a - b, slopes: () => [1, -1] },
  Tanh: { value: Math.tanh, slopes: (a) => [1 - Math.tanh(a) ** 2], straight: never },
  Where: {
    value: (condition, a, b) => (condition ? a : b),
    slopes: (condition) => (condition ? [0, 1, 0] : [0, 0, 1]),
  },
};

/**
 * A tree as functions of z: its `value`, the `slope` of that, and the number of the `piece` of its graph that z is on.
 * `moving`: it changes with z. `straight`: its pieces are straight. A smooth function has one piece, which is not.
 */
function functionOf(tree) {
  if (tree === "z") return { value: (z) => z, slope: () => 1, piece: () => 0, moving: true, straight: true };
  if (!Array.isArray(tree)) {
    return { value: () => tree, slope: () => 0, piece: () => 0, moving: false, straight: true };
  }
  const [name, ...trees] = tree;
  const [operator, inputs] = [OPERATORS[name], trees.map(functionOf)];
  const values = (z) => inputs.map((input) => input.value(z));
  const moving = inputs.map((input) => input.moving);
  return {
    value: (z) => operator.value(...values(z)),
    // A slope of 0 keeps out what is infinite on the way not taken.
    slope: (z) => sumOf(operator.slopes(...values(z)).map((slope, k) => slope && slope * inputs[k].slope(z))),
    // Of a formula of several kinks one number: each of them has less than 31 pieces.
    piece: (z) => inputs.reduce((all, input) => 31 * all + input.piece(z), operator.piece?.(...values(z)) ?? 0),
    moving: moving.includes(true),
    straight: inputs.every((input) => input.straight) && (operator.straight?.(...moving) ?? true),
  };
}

/** Probabilities from logits. */
function softmax(logits) {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const weights = logits.map((logit) => Math.exp(logit - most));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}
