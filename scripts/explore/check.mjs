// What a reader of the page can do, done in a browser. Ends with 1 when something is not as it should be.

import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { pathsThatDiffer, slopesThatDiffer } from "./parts.mjs";

const puppeteer = createRequire(join(process.env.TOOLS, "tools.js"))("puppeteer-core");
const FIRST_PAINT = 1000; // ms
const STROKE = 16; // ms for each network, the median of a stroke's redraws

let failures = 0;
function check(what, holds, found = "") {
  if (!holds) failures += 1;
  console.log(`${holds ? "ok  " : "FAIL"}  ${what}${found === "" ? "" : `: ${found}`}`);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Opens the page and notes what must not happen. */
async function open(browser, address, { width, height, theme = "light", touch = false }) {
  const tab = await browser.newPage();
  const noted = { errors: [], requests: [] };
  tab.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) noted.errors.push(message.text());
  });
  tab.on("pageerror", (error) => noted.errors.push(error.message));
  tab.on("request", (request) => {
    if (!request.url().startsWith("data:")) noted.requests.push(request.url());
  });
  await tab.evaluateOnNewDocument(() => {
    window.redraws = [];
    new PerformanceObserver((list) => window.redraws.push(...list.getEntries().map((entry) => entry.duration))).observe(
      { entryTypes: ["measure"] },
    );
  });
  await tab.setViewport({ width, height, hasTouch: touch, isMobile: touch, deviceScaleFactor: touch ? 2 : 1 });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  await tab.goto(address);
  await tab.waitForSelector("#check[data-difference]", { timeout: 60_000 });
  await settle(tab);
  return { tab, noted };
}

/** Waits until everything is drawn, paths as well. */
async function settle(tab) {
  await pause(300);
  await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
}

const texts = (tab, selector) => tab.$$eval(selector, (found) => found.map((element) => element.textContent));
const numbers = async (tab, selector) => (await texts(tab, selector)).map((text) => parseInt(text, 10));
const probabilities = (tab) => tab.$$eval(".bars button", (rows) => rows.map((row) => Number(row.dataset.value)));
const picture = (tab, selector) => tab.$eval(selector, (canvas) => canvas.toDataURL());

/** Everything that an input decides. */
const state = async (tab) =>
  JSON.stringify([await probabilities(tab), await texts(tab, ".count"), await picture(tab, ".read canvas")]);

async function changes(tab, what, act) {
  const before = await state(tab);
  await act();
  await settle(tab);
  check(`${what} changes picture and answers`, (await state(tab)) !== before);
}

async function press(tab, id) {
  await tab.$eval(id, (element) => element.click());
  await settle(tab);
}

async function setRange(tab, id, value) {
  await tab.$eval(
    id,
    (range, to) => {
      range.value = to;
      range.dispatchEvent(new Event("input"));
    },
    value,
  );
  await settle(tab);
}

async function stroke(tab, places) {
  const canvas = await tab.$("#pad");
  await canvas.scrollIntoView();
  const box = await canvas.boundingBox();
  const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
  await tab.mouse.move(...at(places[0]));
  await tab.mouse.down();
  for (const place of places) {
    await tab.mouse.move(...at(place));
    await tab.evaluate(() => new Promise(requestAnimationFrame));
  }
  await tab.mouse.up();
}

const LINE = Array.from({ length: 40 }, (_, k) => [0.25 + 0.012 * k, 0.3 + 0.3 * Math.sin(k / 9) ** 2]);

async function checkOpening({ tab, noted }, address) {
  const paint = await tab.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  check(`first paint under ${FIRST_PAINT} ms`, paint < FIRST_PAINT, `${paint.toFixed(0)} ms`);
  const { difference, tolerance } = await tab.evaluate(() => ({
    difference: Number(document.getElementById("check").dataset.difference),
    tolerance: JSON.parse(document.getElementById("page").textContent).tolerance,
  }));
  check(`answers are the program's within ${tolerance}`, difference <= tolerance, difference.toExponential(1));
  check(
    "nothing is asked for but the page",
    noted.requests.length === 1 && noted.requests[0] === address,
    noted.requests.length,
  );
}

/** The bars of each test image are the probabilities that are embedded with it. */
async function checkSamples(tab) {
  const differences = () =>
    [...document.querySelectorAll(".network")].flatMap((network, n) => {
      const expected = floatsOf(page.samples[explorer.sample].answers[n]);
      const bars = [...network.querySelectorAll(".bars button")];
      return bars.map((bar) => Math.abs(bar.dataset.value - expected[bar.dataset.class]));
    });
  const all = [];
  const samples = await tab.evaluate(() => page.samples.length);
  for (let k = 0; k < samples; k++) {
    all.push(...(await tab.evaluate(differences)));
    await press(tab, "#next");
  }
  const most = Math.max(0, ...all);
  const tolerance = await tab.evaluate(() => page.tolerance);
  check(
    "bars are the embedded probabilities of each test image",
    most <= tolerance,
    `${all.length} bars, ${most.toExponential(1)}`,
  );
}

async function checkPerturbing(tab) {
  await tab.$eval("input[value='perturb']", (radio) => radio.click());
  const canvas = await tab.$("#pad");
  await canvas.scrollIntoView();
  const box = await canvas.boundingBox();
  await changes(tab, "a click that perturbs", () => tab.mouse.click(box.x + box.width / 3, box.y + box.height / 3));
  const counts = await texts(tab, ".layer .count");
  check(
    "each layer says how many switched",
    counts.every((text) => / \d+ switched$/.test(text)),
    counts[0],
  );
  await tab.$eval("input[value='draw']", (radio) => radio.click());
}

async function checkDrawing(tab) {
  await press(tab, "#clear");
  const empty = await tab.evaluate(() => {
    const { bytes, values } = explorer.input;
    const plane = bytes.length / values.length;
    return explorer.input.numbers(1).every((value, i) => value === values[Math.floor(i / plane)][0]);
  });
  check("a cleared pad has the lowest inputs", empty);
  await tab.evaluate(() => {
    window.redraws.length = 0;
  });
  await changes(tab, "a stroke of the mouse", () => stroke(tab, LINE));
  const times = await tab.evaluate(() => window.redraws);
  const limit = STROKE * (await tab.$$(".network")).length;
  const found = `median ${median(times).toFixed(1)} ms, longest ${Math.max(...times).toFixed(1)} ms, ${times.length} redraws`;
  check(`a stroke is redrawn within ${limit} ms`, times.length > 10 && median(times) < limit, found);
  const drawn = await state(tab);
  await press(tab, "#next");
  await press(tab, "#clear");
  await stroke(tab, LINE);
  await settle(tab);
  check("the same stroke gives the same answers", (await state(tab)) === drawn);
  await changes(tab, "invert", () => press(tab, "#invert"));
}

/** Where characters have a form, a drawing in a corner is read as it is in the middle, and a test image as it is. */
async function checkForm(tab) {
  if (!(await tab.evaluate(() => page.image.form))) return;
  await press(tab, "#next");
  check("a test image is read as it is", await tab.evaluate(() => explorer.input.read() === explorer.input.bytes));
  const drawn = async (dx, dy) => {
    await press(tab, "#clear");
    await stroke(tab, LINE.map(([x, y]) => [0.5 * x + dx, 0.5 * y + dy]));
    await settle(tab);
    return tab.evaluate(() => {
      const { width, height } = page.image;
      const place = (i) => [i % width, Math.floor(i / width) % height];
      const [x, y] = centreOfMass(explorer.input.read(), place);
      return Math.max(Math.abs(x - (width - 1) / 2), Math.abs(y - (height - 1) / 2));
    });
  };
  for (const [dx, dy] of [[0, 0], [0.4, 0.3]]) {
    const off = await drawn(dx, dy);
    check("a drawing is centred as it is drawn", off <= 0.51, `off by ${off.toFixed(2)} pixels`);
  }
}

async function checkKeyboard(tab) {
  await press(tab, "#clear");
  await tab.focus("#pad");
  await changes(tab, "a dab by the keyboard", async () => {
    for (const key of ["ArrowLeft", "ArrowUp", "ArrowUp", "Space"]) await tab.keyboard.press(key);
  });
  const before = await state(tab);
  await tab.keyboard.press("ArrowDown");
  await changes(tab, "P", () => tab.keyboard.press("p"));
  const switched = await texts(tab, ".switched");
  check(
    "a perturbed pixel says how many units switched",
    switched.every((text) => text.startsWith("Pixel inverted: ")),
    switched[0],
  );
  await tab.keyboard.press("p");
  await settle(tab);
  check(
    "P again turns the pixel back",
    JSON.stringify(JSON.parse(await state(tab))[0]) === JSON.stringify(JSON.parse(before)[0]),
  );
  const reached = await tab.evaluate(() => {
    const wanted = "button, input, summary, canvas[role='application']";
    return [...document.querySelectorAll(wanted)].filter((element) => element.tabIndex < 0).length;
  });
  check("all controls are reached by Tab", reached === 0, reached);
}

async function checkUnits(tab) {
  await press(tab, "#next");
  const answers = () => state(tab);
  const before = await answers();
  await tab.focus(".layer canvas");
  await tab.keyboard.press("ArrowRight");
  const count = (await numbers(tab, ".layer .count"))[0];
  // The first unit that is active, found as a reader would: by walking along.
  let said = "";
  for (let step = 0; step < 60; step++) {
    said = (await texts(tab, ".layer .line"))[0];
    if (!said.endsWith("exactly 0")) break;
    await tab.keyboard.press("ArrowRight");
  }
  check("a unit says its output", /^(Unit|Output) \d+.*: -?\d/.test(said), said);
  await changes(tab, "to switch a unit off", () => tab.keyboard.press("Enter"));
  check("one unit less is active", (await numbers(tab, ".layer .count"))[0] === count - 1);
  check("the unit says that it is off", (await texts(tab, ".layer .line"))[0].endsWith("switched off"));
  await press(tab, "#all-on");
  check("all units on is as before", (await answers()) === before);
  await tab.focus(".layer canvas");
  await changes(tab, "a click on a unit", async () => {
    const box = await (await tab.$(".layer .spot")).boundingBox();
    await tab.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  });
  await press(tab, "#all-on");
}

async function checkScale(tab) {
  await setRange(tab, "#scale", 8);
  const said = await texts(tab, ".switched");
  check(
    "a scaled input says how many units switched",
    said.every((text) => / \d+ of \d+ outputs switched/.test(text)),
    said[0],
  );
  await press(tab, "#unbiased");
  for (const value of [-8, -3, 5, 8]) {
    await setRange(tab, "#scale", value);
    const said = await texts(tab, ".switched");
    const sums = (await texts(tab, ".sum")).filter((_, k) => said[k].includes("section 3.1"));
    for (const text of said.filter((text) => text.includes("section 3.1"))) {
      check(`without biases ${value / 4} doublings switch no unit`, / 0 of \d+ outputs switched/.test(text));
    }
    for (const text of sums)
      check("and all of the output is from the inputs", /plus −?0\.000 from/.test(text), text.slice(0, 60));
  }
  await press(tab, "#unbiased");
  await setRange(tab, "#scale", 0);
}

async function checkPaths(tab) {
  const lines = (await tab.$$(".paths polyline")).length;
  check("paths are drawn and listed", lines > 0 && lines === (await tab.$$(".list li")).length, lines);
  const slopes = await tab.evaluate(slopesThatDiffer);
  check("slopes of all units are those of their values", slopes.length === 0, slopes.join(", "));
  const paths = await tab.evaluate(pathsThatDiffer);
  check(
    "paths are the strongest of all, and their sum is the slope times the input",
    paths.length === 0,
    paths.join(", "),
  );
}

async function checkNoise(tab) {
  if (await tab.$eval("#corruption", (element) => element.hidden)) return;
  const before = await picture(tab, ".answer canvas");
  const lit = (await numbers(tab, ".read .count"))[0];
  await setRange(tab, "#noise", 0.5);
  check("noise puts out inputs", (await numbers(tab, ".read .count"))[0] < lit);
  check("noise changes the reconstruction", (await picture(tab, ".answer canvas")) !== before);
  await setRange(tab, "#noise", 0);
  check("without noise it is as before", (await picture(tab, ".answer canvas")) === before);
}

async function checkTouch({ tab }) {
  await press(tab, "#clear");
  await changes(tab, "a finger", async () => {
    const canvas = await tab.$("#pad");
    await canvas.scrollIntoView();
    const box = await canvas.boundingBox();
    await tab.touchscreen.touchStart(box.x + 0.3 * box.width, box.y + 0.3 * box.height);
    for (let k = 1; k < 20; k++)
      await tab.touchscreen.touchMove(box.x + (0.3 + 0.02 * k) * box.width, box.y + (0.3 + 0.02 * k) * box.height);
    await tab.touchscreen.touchEnd();
  });
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check("nothing is wider than a phone", wide <= 0, `${wide} px over`);
}

async function shoot(browser, address, folder) {
  for (const theme of ["light", "dark"]) {
    for (const [width, height, touch] of [
      [390, 844, true],
      [1440, 900, false],
    ]) {
      const { tab, noted } = await open(browser, address, { width, height, theme, touch });
      if (touch) await checkTouch({ tab });
      await press(tab, "#next");
      await tab.screenshot({
        path: join(folder, `${basename(address, ".html")}-${width}-${theme}.png`),
        fullPage: true,
      });
      check(`no error at ${width} px, ${theme}`, noted.errors.length === 0, noted.errors.join("; "));
      await tab.close();
    }
  }
}

const pages = process.argv.slice(2, -1);
const folder = process.argv.at(-1);
mkdirSync(folder, { recursive: true });
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const page of pages) {
  console.log(page);
  const address = pathToFileURL(resolve(page)).href;
  const opened = await open(browser, address, { width: 1440, height: 900 });
  await checkOpening(opened, address);
  await checkSamples(opened.tab);
  await checkPaths(opened.tab);
  await checkDrawing(opened.tab);
  await checkForm(opened.tab);
  await checkKeyboard(opened.tab);
  await checkPerturbing(opened.tab);
  await checkUnits(opened.tab);
  await checkScale(opened.tab);
  await checkNoise(opened.tab);
  check("no error", opened.noted.errors.length === 0, opened.noted.errors.join("; "));
  await opened.tab.close();
  await shoot(browser, address, folder);
}
await browser.close();
console.log(failures === 0 ? "all is well" : `${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
