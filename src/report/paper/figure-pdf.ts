/// <reference lib="dom" />
import { Resvg } from "@resvg/resvg-js";
import { JSDOM } from "jsdom";
import PDFDocument from "pdfkit";
import type { Figure } from "../figure.js";
import { standaloneSvg } from "../standalone-svg.js";

const POINTS_PER_MM = 72 / 25.4;

/**
 * A figure as a PDF of one page, `width` millimetres wide. Its text is drawn as outlines, so that it looks the same
 * everywhere and needs no font. The same figure gives the same bytes.
 */
export async function figurePdf({ svg, title }: Figure, width: number): Promise<Buffer> {
  const flat = new Resvg(standaloneSvg(svg), { font: { loadSystemFonts: true } }).toString();
  const root = new JSDOM(flat, { contentType: "image/svg+xml" }).window.document.documentElement;
  const [pixelWidth, pixelHeight] = ["width", "height"].map((name) => Number(root.getAttribute(name)));
  const scale = (width * POINTS_PER_MM) / pixelWidth;
  const pdf = new PDFDocument({
    size: [pixelWidth * scale, pixelHeight * scale],
    margin: 0,
    // Not the time of day: the same figure is the same file.
    info: { Title: title, Creator: "learning-law", CreationDate: new Date(0) },
  });
  const chunks: Buffer[] = [];
  pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => pdf.on("end", resolve).on("error", reject));
  for (const image of root.querySelectorAll("image")) await embed(pdf, image);
  pdf.scale(scale);
  drawChildren(pdf, root);
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

type Pdf = InstanceType<typeof PDFDocument>;

/** What resvg makes of any SVG: groups with a matrix, paths and images. */
const DRAW: Readonly<Record<string, (pdf: Pdf, element: Element) => void>> = {
  defs: () => {},
  g: (pdf, group) => {
    pdf.save();
    const matrix = /matrix\(([^)]*)\)/.exec(group.getAttribute("transform") ?? "");
    if (matrix !== null) {
      const [a, b, c, d, e, f] = matrix[1].split(" ").map(Number);
      pdf.transform(a, b, c, d, e, f);
    }
    drawChildren(pdf, group);
    pdf.restore();
  },
  path: drawPath,
  image: (pdf, image) => {
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(image.getAttribute(name)));
    pdf.image(sourceOf(image), x, y, { width, height });
  },
};

/** Its data URI, by which pdfkit knows it again. */
const sourceOf = (image: Element) => image.getAttribute("xlink:href") ?? "";

/** pdfkit's own image, of which its types say nothing: embedding ends, some time after the call, without its data. */
interface EmbeddedImage {
  readonly imgData: unknown;
  embed(pdf: Pdf): void;
}

/** Embeds an image to the end: images that pdfkit compresses side by side lie in the file as they happen to be ready. */
async function embed(pdf: Pdf, element: Element): Promise<void> {
  const { openImage } = pdf as unknown as { openImage(this: Pdf, source: string): EmbeddedImage };
  const image = openImage.call(pdf, sourceOf(element));
  image.embed(pdf);
  while (image.imgData !== null) await new Promise((resolve) => setImmediate(resolve));
}

function drawChildren(pdf: Pdf, parent: Element): void {
  for (const child of parent.children) {
    const drawn = DRAW[child.tagName];
    if (drawn === undefined) throw new Error(`a figure has <${child.tagName}>, which is not drawn as PDF`);
    drawn(pdf, child);
  }
}

function drawPath(pdf: Pdf, path: Element): void {
  const text = (name: string, otherwise: string) => path.getAttribute(name) ?? otherwise;
  const number = (name: string, otherwise: number) => Number(path.getAttribute(name) ?? otherwise);
  const outline = text("d", "");
  const fill = () => {
    const color = text("fill", "#000000");
    if (color !== "none") pdf.path(outline).fillColor(color, number("fill-opacity", 1)).fill();
  };
  const stroke = () => {
    const color = text("stroke", "none");
    if (color === "none") return;
    const dashes = text("stroke-dasharray", "").split(" ").map(Number);
    pdf.path(outline).strokeColor(color, number("stroke-opacity", 1)).lineWidth(number("stroke-width", 1));
    pdf.lineCap(text("stroke-linecap", "butt") as "butt").lineJoin(text("stroke-linejoin", "miter") as "miter");
    pdf.miterLimit(number("stroke-miterlimit", 4));
    if (dashes.length > 1) pdf.dash(dashes[0], { space: dashes[1] });
    pdf.stroke();
  };
  pdf.save();
  const layers = path.getAttribute("paint-order") === "stroke" ? [stroke, fill] : [fill, stroke];
  for (const layer of layers) layer();
  pdf.restore();
}
