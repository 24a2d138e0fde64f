// The functions that units and decoders compute from their pre-activation z. The page contains them as trees of the
// ONNX operators that exported networks use: a tree is "z", a number, or ["Operator", input, ..].

const positive = (a) => (a > 0 ? 1 : 0);
const logistic = (a) => 1 / (1 + Math.exp(-a));
const never = () => false;

/**
 * The operators of ONNX that formulas use. `value` computes an operator from its inputs, and `slopes` its derivative
 * with respect to each input. An operator with a kink has `piece`, the number of the piece on which the inputs lie. An
 * operator whose graph may be curved has `straight`: whether the graph consists of straight pieces, given which inputs
 * change with z.
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
 * A tree as functions of z: its `value`, its `slope`, and the number of the `piece` of its graph on which z lies.
 * `moving` is whether the value changes with z, and `straight` whether all pieces are straight; the only piece of a
 * smooth function is curved.
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
    // A slope of 0 is not multiplied: the slope of an input that has no effect may be infinite.
    slope: (z) => sumOf(operator.slopes(...values(z)).map((slope, k) => slope && slope * inputs[k].slope(z))),
    // The pieces of all kinks in a formula are combined into one number, as digits in base 31.
    piece: (z) => inputs.reduce((all, input) => 31 * all + input.piece(z), operator.piece?.(...values(z)) ?? 0),
    moving: moving.includes(true),
    straight: inputs.every((input) => input.straight) && (operator.straight?.(...moving) ?? true),
  };
}

/** The probabilities of the classes for the given logits. */
function softmax(logits) {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const weights = logits.map((logit) => Math.exp(logit - most));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}
