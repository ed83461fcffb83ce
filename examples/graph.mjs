// Writes a function as a graph and takes its gradient and a Hessian-vector product, which are graphs as well.
//
//   npm run build && node examples/graph.mjs 0.5 -1 2          at theta = (0.5, -1, 2)
//
// f(theta) = sum_i exp(theta_i) + (sum_i theta_i)^2 / 2, of which H v = exp(theta) v + sum_i v_i can be seen by hand.
import { add, exp, grad, input, jvp, mul, sum } from "learning-law/graph";
import { compile } from "learning-law/runtime";

const given = process.argv.slice(2).map(Number);
const point = Float64Array.from(given.length > 0 ? given : [0.5, -1, 2]);
const P = point.length;

const theta = input("theta", [P], "float64");
const v = input("v", [P], "float64");
const f = add(sum(exp(theta)), mul(0.5, mul(sum(theta), sum(theta))));
const gradient = grad(f, [theta])[0];
const product = jvp([gradient], [theta], [v])[0];

const program = await compile({ f, gradient, product }, { threads: 1 });
const results = { f: new Float64Array(1), gradient: new Float64Array(P), product: new Float64Array(P) };
const along = Float64Array.from(point, (_, i) => i + 1);
await program.run({ theta: point, v: along }, results);
await program.release();

const byHand = along.map((value, i) => Math.exp(point[i]) * value + along.reduce((a, b) => a + b));
for (const [name, values] of Object.entries({ ...results, "by hand": byHand }))
  console.log(`${name.padEnd(9)} ${Array.from(values, (value) => value.toFixed(12)).join("  ")}`);
