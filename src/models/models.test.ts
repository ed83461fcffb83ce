import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createRandom } from "../base/random.js";
import { grad } from "../graph/autodiff.js";
import { input } from "../graph/constants.js";
import { size } from "../graph/node.js";
import { sum } from "../graph/reductions.js";
import { exampleLosses } from "../losses/loss.js";
import { losses } from "../losses/registry.js";
import { compiled } from "../testing/evaluate.js";
import type { ModelComponent } from "./component.js";
import { initialParameters, parameterCount, parameterViews } from "./model.js";
import { models } from "./registry.js";

const B = 3;
const FACTS = { vocabulary: 7, length: 4 };

/** The model with every setting one above the least that it takes. */
function small(component: ModelComponent) {
  const { properties = {} } = z.toJSONSchema(component.settings) as {
    properties?: Record<string, { minimum: number }>;
  };
  const settings = Object.entries(properties).map(([key, { minimum }]) => [key, minimum + 1]);
  return component.create(component.settings.parse(Object.fromEntries(settings)), FACTS);
}

/** B examples; the last of them ends in padding where there is such a thing. */
function examples(model: ReturnType<typeof small>) {
  const random = createRandom(2, "examples");
  return Object.fromEntries(
    Object.entries(model.fields).map(([name, { shape, kind }]) => {
      const count = B * size(shape);
      if (kind === "float" && shape.length === 0)
        return [name, Float64Array.from({ length: count }, () => random.integer(2))];
      if (kind === "float") return [name, Float64Array.from({ length: count }, random.normal)];
      const ids = BigInt64Array.from({ length: count }, () => BigInt(1 + random.integer(FACTS.vocabulary - 1)));
      return [name, ids.fill(0n, count - 2)];
    }),
  );
}

const cases = [...models].flatMap((component) =>
  [...losses].map((loss) => [`${component.name} with ${loss.name}`, component, loss] as const),
);

describe.each(cases)("%s", (_, component, lossComponent) => {
  const model = small(component);
  const loss = lossComponent.create({}, undefined);
  const nodes = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, input(name, shape, "float64")]));
  const fields = Object.fromEntries(
    Object.entries(model.fields).map(([name, { shape, kind }]) => {
      return [name, input(name, [B, ...shape], kind === "int64" ? "int64" : "float64")];
    }),
  );
  const prediction = model.predict(nodes, fields, "float64");
  const tokenLosses = loss.perToken(prediction);
  const start = Float64Array.from(
    initialParameters(model, createRandom(1, "theta")),
    (value, i) => value + 0.1 * Math.sin(i),
  );

  test("every prediction has its logits, its target and its loss", () => {
    const [batch, S, V] = prediction.logits.shape;
    expect(batch).toBe(B);
    expect(V ?? 2).toBe(model.outcomes);
    for (const { shape } of [prediction.targets, tokenLosses]) expect(shape).toEqual([B, S]);
    if (prediction.mask) expect(prediction.mask.shape).toEqual([B, S]);
    for (const { shape } of Object.values(prediction.hidden)) expect(shape.slice(0, 2)).toEqual([B, S]);
  });

  test("the gradient of the losses is that of differences, parameter by parameter", async () => {
    const mean = sum(exampleLosses(tokenLosses, prediction));
    const gradients = grad(mean, Object.values(nodes));
    const run = await compiled({
      mean,
      ...Object.fromEntries(Object.keys(nodes).map((name, i) => [`gradient.${name}`, gradients[i]])),
    });
    const given = examples(model);
    const at = (theta: Float64Array) => run({ ...parameterViews(model, theta), ...given });
    const results = (await at(start)) as Record<string, ArrayLike<number>>;
    const exact = model.parameters.flatMap(({ name }) => Array.from(results[`gradient.${name}`], Number));
    const largest = Math.max(...exact.map(Math.abs));
    expect(exact.length).toBe(parameterCount(model));
    const h = 1e-6;
    for (let i = 0; i < exact.length; i++) {
      const [above, below] = [await at(start.with(i, start[i] + h)), await at(start.with(i, start[i] - h))];
      const difference = (Number(above.mean[0]) - Number(below.mean[0])) / (2 * h);
      expect(Math.abs(exact[i] - difference), `parameter ${i}`).toBeLessThan(1e-6 * largest);
    }
  });

  test("the target's logit that the model has a cheaper way to is that among all logits", async () => {
    const all = loss.perToken({ ...prediction, targetLogits: undefined });
    const results = await (await compiled({ tokenLosses, all }))({
      ...parameterViews(model, start),
      ...examples(model),
    });
    for (const [i, value] of results.tokenLosses.entries()) expect(results.all[i]).toBeCloseTo(Number(value), 12);
  });
});
