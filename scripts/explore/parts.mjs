// Checks of single parts of the page's script. Each function runs inside the page and returns what is wrong.

/** Units of the page whose slope is not that of a central difference of their value. */
export function slopesThatDiffer() {
  const wrong = [];
  for (const element of document.querySelectorAll("script.weights")) {
    for (const { activation } of JSON.parse(element.textContent).hidden) {
      for (const { value, slope } of activation.outputs.map(functionOf)) {
        for (const z of [-2.1, -0.7, -0.2, 0.3, 0.8, 1.9]) {
          const numeric = (value(z + 1e-5) - value(z - 1e-5)) / 2e-5;
          if (Math.abs(numeric - slope(z)) > 1e-6) wrong.push(`${activation.text} at ${z}`);
        }
      }
    }
  }
  return wrong;
}

/** On small networks: the strongest paths beside all paths, and the slopes beside the sums of all paths. */
export function pathsThatDiffer() {
  const numbers = draws(5, 10_000);
  let drawn = 0;
  const draw = () => 2 * numbers[drawn++] - 1;
  const base64 = (array) => btoa(String.fromCharCode(...new Uint8Array(array.buffer)));
  const affine = (inputs, units) => ({
    codes: base64(Int8Array.from({ length: inputs * units }, () => 127 * draw())),
    scale: base64(new Float32Array(units).fill(0.01)),
    bias: base64(Float32Array.from({ length: units }, draw)),
  });
  const signs = (outputs) => base64(Float32Array.from({ length: outputs }, (_, o) => (o % 3 ? 1 : -1)));
  const wrong = [];
  const [rectifier, opposite] = [["Relu", "z"], ["Relu", ["Mul", "z", -1]]];
  for (const [name, outputs] of Object.entries({ rectifier: [rectifier], tanh: [["Tanh", "z"]], pair: [rectifier, opposite] })) {
    const each = outputs.length;
    const activation = { text: name, homogeneous: false, outputs };
    const layer = (inputs, units) => ({ ...affine(inputs, units), signs: signs(each * units), activation });
    const pass = new Pass(
      new Network({ hidden: [layer(6, 7), layer(7 * each, 5)], output: affine(5 * each, 3), kind: "classes" }),
    );
    pass.off[0][1] = 1;
    pass.read(Float64Array.from({ length: 6 }, (_, i) => (i === 2 ? 0 : draw())));
    const { affines, hidden } = pass.network;
    const weight = (l, i, j) => affines[l].weight[i * affines[l].units + j];
    const slopes = hidden.map((_, l) => pass.slopes(l));
    const sizes = [];
    const sums = new Float64Array(6);
    for (let i = 0; i < 6; i++) {
      for (let p = 0; p < hidden[0].outputs; p++) {
        for (let q = 0; q < hidden[1].outputs; q++) {
          const below = pass.x[i] * weight(0, i, hidden[0].unitOf(p)) * slopes[0][p];
          const all = below * weight(1, p, hidden[1].unitOf(q)) * slopes[1][q] * weight(2, q, 1);
          sizes.push(Math.abs(all));
          sums[i] += all;
        }
      }
    }
    const expected = sizes
      .filter((size) => size > 0)
      .sort((a, b) => b - a)
      .slice(0, 10);
    const found = strongestPaths(pass, 1, 10).map((path) => Math.abs(path.contribution));
    if (found.length !== expected.length || found.some((size, k) => Math.abs(size - expected[k]) > 1e-9))
      wrong.push(`paths of ${name}`);
    const slope = gradient(pass, 1);
    if (sums.some((sum, i) => Math.abs(sum - slope[i] * pass.x[i]) > 1e-9)) wrong.push(`slopes of ${name}`);
  }
  return wrong;
}
