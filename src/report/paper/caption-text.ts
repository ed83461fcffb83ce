import type { Figure } from "../figure.js";

/** What stands beside a figure, as a text file for whoever writes about it. */
export function captionText(number: number, { title, caption }: Figure): string {
  const { found, numbers, shows, theory } = caption;
  const parts = [`Figure ${number}. ${title}.`, found, numbers, shows, theory];
  return `${parts.filter((part) => part !== undefined).join("\n\n")}\n`;
}
