// Fits the scaling law L(t) = L0 + (B / t)^beta to a loss curve, with 95% confidence intervals.
//
//   npm run build && node examples/scaling-law.mjs losses.json        a list of the losses after step 1, 2, ..
//
// Without a file: a curve that is drawn from a known law with noise, so that the fit can be compared with the truth.
import { readFileSync } from "node:fs";
import { createRandom } from "learning-law/base";
import { confidenceInterval, fitScalingLaws, resampleScalingLaws } from "learning-law/curves";

const [file] = process.argv.slice(2);
const random = createRandom(1, "example");
const drawn = () => Array.from({ length: 400 }, (_, i) => 2 + (20 / (i + 1)) ** 0.5 + 0.01 * random.normal());
const curve = Float64Array.from(file === undefined ? drawn() : JSON.parse(readFileSync(file, "utf8")));

const laws = fitScalingLaws([curve]);
const resampled = resampleScalingLaws([curve], laws, random);
const truth = file === undefined ? { L0: 2, B: 20, beta: 0.5 } : {};
for (const name of ["L0", "B", "beta"]) {
  const { low, median, high } = confidenceInterval(resampled, ([law]) => law[name]);
  const [fit, from, middle, to] = [laws[0][name], low, median, high].map((value) => value.toPrecision(4));
  const known = name in truth ? `, in truth ${truth[name]}` : "";
  console.log(`${name.padEnd(5)} fit ${fit}, better estimate ${middle}, 95% interval ${from} to ${to}${known}`);
}
