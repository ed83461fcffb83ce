import { models } from "../../models/registry.js";
import type { Config } from "../config/config.js";
import type { TextData } from "./text-data.js";
import { textSource } from "./text-source.js";

/** The section `data` of a configuration whose model reads text; undefined of another. */
export function textOf({ model, data }: Config): TextData | undefined {
  return models.get(model.kind).reads === textSource.name ? (data as TextData) : undefined;
}

/** The models that read text, for a person: "transformer", "transformer or recurrent". */
export function textModels(): string {
  const names = [...models].filter(({ reads }) => reads === textSource.name).map(({ name }) => name);
  return names.join(" or ");
}
