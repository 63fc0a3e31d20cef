import { describe, expect, it } from "vitest";
import * as errors from "../../src/core/errors.js";

const kinds = Object.entries(errors).filter(([name]) => name.endsWith("Error") && name !== "PstarError") as [
  string,
  new (message: string) => errors.PstarError,
][];

describe("an error's name", () => {
  it.each(kinds)("is %s, also where a bundler has renamed the class", (name, Kind) => {
    const renamed = { a: class extends Kind {} }.a;
    expect(new Kind("why").name).toBe(name);
    expect(new renamed("why").name).toBe(name);
    expect(String(new Kind("why"))).toBe(`${name}: why`);
  });
});
