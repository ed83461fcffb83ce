/**
 * Draws docs/figures/floors.svg from what the files of src/ import.
 *
 *   npm run docs:floors
 */
import { join } from "node:path";
import { writeFileAtomically } from "../src/files/atomic-file.js";
import { packageRoot } from "../src/files/package-root.js";
import { floorsPicture } from "./floors-picture.js";
import { readHouse } from "./house.js";

const path = join(packageRoot, "docs/figures/floors.svg");
writeFileAtomically(path, floorsPicture(readHouse(packageRoot)));
console.log(`wrote ${path}`);
