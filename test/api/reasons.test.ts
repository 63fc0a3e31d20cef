import { describe, expect, it } from "vitest";
import { ArgumentError, ConfigError, outOfRange } from "../../src/core/errors.js";
import { placed, type Reason, reasonsOf, rule, say } from "../../src/core/reasons.js";

describe("a reason", () => {
  const reason = reasonsOf({
    "no-rows": ({ file }: { file: string }) => `${file} has no rows`,
    stopped: () => "stopped",
  });

  it("is its code, what its sentence speaks of, and the sentence in English", () => {
    expect(reason("no-rows", { file: "a.csv" })).toEqual({
      code: "no-rows",
      params: { file: "a.csv" },
      message: "a.csv has no rows",
    });
    expect(reason("stopped")).toEqual({ code: "stopped", params: undefined, message: "stopped" });
  });

  it("is said in the language of a table, and in English if the table lacks its code", () => {
    const words = { "no-rows": ({ file }: { file: string }) => `${file} 没有任何行` };
    expect(say(reason("no-rows", { file: "a.csv" }), words)).toBe("a.csv 没有任何行");
    expect(say(reason("stopped"), words)).toBe("stopped");
  });

  it("has the line ends of its sentence, and none of its parameters", () => {
    const listed = reasonsOf({
      lines: ({ file, rows, why }: { file: string; rows: { names: string[] }[]; why: Reason }) =>
        `${file} (${why.message}):${rows.map(({ names }) => `\n  ${names.join()}`).join("")}`,
    });
    const params = { file: "a\nb", rows: [{ names: ["c\n\nd", "e"] }], why: reason("no-rows", { file: "f\ng" }) };
    expect(listed("lines", params)).toEqual({ code: "lines", params, message: "a b (f g has no rows):\n  c  d,e" });
    expect(placed(reason("stopped"), "a\nb: ", " (c\nd)").message).toBe("a b: stopped (c d)");
  });

  it("takes the parameters of its code alone", () => {
    // @ts-expect-error: the file is missing
    expect(() => reason("no-rows")).toThrow();
    // @ts-expect-error: there is no such code
    expect(() => reason("no-row", { file: "a.csv" })).toThrow();
  });

  it("survives being posted and written", () => {
    const { reason: posted } = structuredClone({ reason: reason("no-rows", { file: "a.csv" }) });
    expect(JSON.parse(JSON.stringify(posted))).toEqual(reason("no-rows", { file: "a.csv" }));
  });
});

describe("an error", () => {
  it("is a reason", () => {
    const error = outOfRange("phi", rule("in-interval", { low: 0, high: 1 }), 1.2);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toMatchObject({
      message: "phi must be in [0, 1], got 1.2",
      field: "phi",
      expected: "in [0, 1]",
      got: 1.2,
      code: "must-be",
      params: { field: "phi", rule: { code: "in-interval", params: { low: 0, high: 1 } }, got: "1.2" },
    });
    const words = { "must-be": ({ got }: { got: string }) => `现为 ${got}` };
    expect(say(error, words)).toBe("现为 1.2");
  });

  it("prints no control characters, whatever its reason quotes", () => {
    const error = new ConfigError({ code: "x", params: { name: "a\u001bb" }, message: "a\u001bb" });
    expect(error.message).toBe("a�b");
    expect(error.problems).toEqual(["a�b"]);
    expect(error.code).toBe("x");
  });
});
