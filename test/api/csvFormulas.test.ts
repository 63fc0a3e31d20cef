import { describe, expect, it } from "vitest";
import { csvLine, unmarked } from "../../src/sweep/results/table.js";

describe("text in CSV", () => {
  it.each(["=1+1", "+1", "-1", "−1", "@SUM(A1)", "\tx", "\rx", "'=x", "''-"])(
    "is no formula, and is read back: %j",
    (text) => {
      const line = csvLine([text]).trimEnd();
      const field = line.startsWith('"') ? line.slice(1, -1) : line;
      expect(field).toBe(`'${text}`);
      expect(unmarked(field)).toBe(text);
    },
  );

  it("stays as it is if it begins with nothing of the kind, and so do numbers", () => {
    expect(csvLine(["a=1", "'tis", -1.5, "", null])).toBe("a=1,'tis,-1.5,,\n");
    expect(unmarked("'tis")).toBeUndefined();
  });
});
