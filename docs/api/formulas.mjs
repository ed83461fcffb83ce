import { Converter, ReflectionKind } from "typedoc";

/**
 * Shows formulas as they are written: docstrings indent them by two spaces or three, Markdown wants four.
 *
 * @param {import("typedoc").Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const { comment } of project.getReflectionsByKind(ReflectionKind.All)) {
      const parts = comment === undefined ? [] : [comment.summary, ...comment.blockTags.map(({ content }) => content)];
      for (const part of parts.flat())
        if (part.kind === "text") part.text = part.text.replace(/^ {2,3}(?=\S)/gm, "    ");
    }
  });
}
