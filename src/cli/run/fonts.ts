import { createRequire } from "node:module";
import { GlobalFonts } from "@napi-rs/canvas";

/** The letters of a figure, and where they are. Noto Sans Math is there for the star of p⋆. */
const files: readonly [family: string, file: string][] = [
  ["Inter Variable", "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"],
  ["Inter Variable Greek", "@fontsource-variable/inter/files/inter-greek-wght-normal.woff2"],
  ["Inter Variable Latin Extended", "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"],
  ["Noto Sans Math", "@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2"],
];

/** The families of the bundled fonts as a CSS list: a figure looks the same on every machine, with or without fonts. */
export const bundledFonts = files.map(([family]) => `"${family}"`).join(", ");

let registered = false;

/** Makes the bundled fonts known to the canvas. */
export function registerFonts(): void {
  if (registered) return;
  const require = createRequire(import.meta.url);
  for (const [family, file] of files) GlobalFonts.registerFromPath(require.resolve(file), family);
  registered = true;
}
