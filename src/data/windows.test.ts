import fc from "fast-check";
import { expect, test } from "vitest";
import { packDocuments } from "./packing.js";
import { Windows } from "./windows.js";

test("the windows are those that the documents are packed into", () => {
  const documents = fc.array(fc.array(fc.integer({ min: 3, max: 99 }), { maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(documents, fc.integer({ min: 2, max: 12 }), (ids, length) => {
      const windows = new Windows(length, 2);
      for (const document of ids) windows.add(Uint16Array.from(document));
      const rows = Array.from({ length: windows.count }, (_, i) => windows.row(i));
      expect(rows).toEqual(packDocuments(ids, length, 2));
    }),
  );
});
