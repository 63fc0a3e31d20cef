import { describe, expect, it } from "vitest";
import { printed, pstar } from "../support/inProcess.js";

describe("pstar augment, weights and regression", () => {
  it.each([
    [
      ["augment", "--mean-angle", "200deg"],
      '--mean-angle must be an angle from 0 to 180°, such as 30deg, got "200deg"',
    ],
    [["augment", "--mean-angle", "30 turns"], "--mean-angle must be an angle"],
    [["augment", "--samples", "10,10"], "none twice"],
    [["augment", "--samples", "1e3"], "whole numbers"],
    [
      ["augment", "--samples", "9007199254740991"],
      "--samples must be an integer in [0, 1000000000000], got 9007199254740991",
    ],
    [["augment", "--samples", "10,99999999999999999999"], "--samples must be an integer in [0, 1000000000000], got 1"],
    [["weights", "--samples", "99999999999999999999,99999999999999999998"], "--samples must be an integer in [1, "],
    [["augment", "--trials", "9007199254740992"], "It must be a whole number from 1 to 9007199254740991."],
    [["augment", "--trials", "0"], "It must be a whole number of at least 1."],
    [["augment", "--p", "120%"], "--p must be a number in [0, 1]"],
    [["augment", "--real-p", "-1"], "--real-p must be"],
    [["augment", "--real-rows", "0"], "--samples must be an integer in [1, "],
    [["augment", "--estimate", "mean", "--mean-scale", "2"], "--mean-scale must be left out if the mean is estimated"],
    [["augment", "--engine", "reduced", "--variance", "2"], "--engine must be theory or direct: the reduction needs"],
    [["augment", "--estimate", "some"], "Allowed choices are none, mean, both"],
    [["weights", "--engine", "reduced"], "--engine must be theory or direct: rows of different weights"],
    [["weights", "--rule", "by-label", "--width", "1"], "--width must be left out with the rule by-label"],
    [["weights", "--generator-angle", "20deg", "--p", "10%"], "--p must be left out if a direction gives the labels"],
    [["weights", "--verifier-angle", "-3deg"], "--verifier-angle must be an angle"],
    [["weights", "--lambda", "0"], "--lambda must be a number in ["],
    [["weights", "--rule", "by-label", "--verifier-angle", "30deg"], 'got "30deg"'],
    [["augment", "--estimate", "mean", "--mean-angle", "30deg"], 'got "30deg"'],
    [["regression", "--centre", "0.5"], "--centre goes with --ball"],
    [["regression", "--policy", "mix"], "--policy mix and --real-samples go together"],
    [["regression", "--real-samples", "20"], "--policy mix and --real-samples go together"],
  ])("%j is wrong usage", async (args, message) => {
    const { code, stdout, stderr } = await pstar(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("read angles in degrees and radians, and percents", async () => {
    const settings = async (...args: string[]) => {
      return JSON.parse(await printed([...args, "--engine", "theory", "--samples", "50", "--format", "json"])).settings;
    };
    const degrees = await settings("augment", "--mean-angle", "90deg", "--p", "25%", "--real-p", "0.1");
    expect(degrees).toMatchObject({ meanAngle: Math.PI / 2, errorRate: 0.25, realErrorRate: 0.1, samples: [50] });
    expect(await settings("weights", "--generator-angle", "0.5")).toMatchObject({
      generatorAngle: 0.5,
      errorRate: null,
    });
  });

  it("say that some trials have no model, and that none was drawn", async () => {
    const nothing = "augment --real-rows 0 --samples 5 --phi 0 --psi 0 --trials 3".split(" ");
    expect(await printed(nothing)).toMatch(/–.*\n[\s\S]*In 1 of 1 lines some trials have no model/);
    expect(await printed(["weights", "--engine", "theory", "--samples", "100"])).toContain("no trial was drawn");
    const few = "weights --dim 3 --samples 1 --rule by-label --phi 0.1 --psi 0.1 --trials 40".split(" ");
    expect(await printed(few)).toContain("some trials have no model");
  });
});
