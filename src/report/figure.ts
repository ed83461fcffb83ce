/** A figure of the report. */
export interface Figure {
  /** Names its file and its place in the page: `acceleration`. */
  readonly slug: string;
  readonly title: string;
  /** A whole `<svg>` element, its colours named by `palette`. */
  readonly svg: string;
  readonly caption: Caption;
}

/** What stands beside a figure, in plain text. */
export interface Caption {
  /** What is drawn. */
  readonly shows: string;
  /** What the theory predicts. */
  readonly theory: string;
  /** What this run says. */
  readonly found: string;
  /** The numbers behind it, where there are many. */
  readonly numbers?: string;
}

/** A figure that this run has no data for. */
export interface AbsentFigure {
  readonly slug: string;
  readonly title: string;
  /** Why, in one sentence. */
  readonly absent: string;
}
