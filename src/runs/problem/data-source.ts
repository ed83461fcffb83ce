import type { z } from "zod";
import type { Component, Declared, Settings } from "../../base/component.js";
import type { DataSplits } from "../../data/examples.js";
import type { Preparation } from "../../data/preparation.js";
import type { StoredTokenizer } from "../../data/tokenizers/tokenizer.js";
import type { ModelFacts } from "../../models/component.js";

/** What a source of data must know beside its own settings. */
export interface DataFacts extends Preparation {
  /** The section `model`. */
  readonly model: Settings;
  /** Of everything random. */
  readonly seed: number;
}

/** The sets of a learning problem, and what a person needs to read its results. */
export interface SourcedData {
  readonly splits: DataSplits;
  /** What they decide of the model. */
  readonly facts: ModelFacts;
  /** Of text. */
  readonly tokenizer?: StoredTokenizer;
  /** Of text: that of the documents that the validation and test sets are from, and of `data.test`. */
  readonly unseenTexts?: ReadonlySet<string>;
}

/** A source of examples: its settings are the section `data` of the models that read it. */
export interface DataSource extends Component<DataFacts, Promise<SourcedData>> {
  /** What a spoiled training example is, in words: "perturbed". */
  readonly perturbed: string;
  /** Bytes of the four sets, by its settings and those of the model, before anything is read or drawn. */
  bytes(settings: Settings, model: Settings): number;
}

/** Declares a source of data. */
export function dataSource<Schema extends z.ZodObject>(declared: Declared<DataSource, Schema>): DataSource {
  return declared as unknown as DataSource;
}
