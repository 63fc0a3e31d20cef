/** What a trial's synthetic rows realised: wrong labels, kept rows, kept wrong labels. */
export let wrong: f64 = 0;
export let kept: f64 = 0;
export let keptWrong: f64 = 0;

export function setTally(wrongLabels: f64, keptRows: f64, keptWrongLabels: f64): void {
  wrong = wrongLabels;
  kept = keptRows;
  keptWrong = keptWrongLabels;
}

/** Counts one row. */
export function tally(correct: bool, keep: bool): void {
  wrong += <f64>!correct;
  kept += <f64>keep;
  keptWrong += <f64>(keep && !correct);
}
