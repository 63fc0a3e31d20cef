const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Whether a text is a number as people and programs write it: `1`, `-.5`, `2.`, `1e-3`; not `Infinity`, `0x10` or nothing. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}
