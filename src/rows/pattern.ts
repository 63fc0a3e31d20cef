/** Whether a name matches a pattern of `*`, `?` and `[a-c]`; in time of the product of their lengths. */
export function matches(name: string, pattern: string): boolean {
  const parts = pattern.match(/\*+|\?|\[!?[^\]]+\]|./gsu) ?? [];
  const signs = [...name];
  let [n, p, starAt, starN] = [0, 0, -1, 0];
  while (n < signs.length) {
    if (p < parts.length && parts[p].startsWith("*")) {
      starAt = p++;
      starN = n;
    } else if (p < parts.length && fits(signs[n], parts[p])) {
      n++;
      p++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      n = ++starN;
    } else return false;
  }
  while (p < parts.length && parts[p].startsWith("*")) p++;
  return p === parts.length;
}

function fits(sign: string, part: string): boolean {
  if (part === "?") return true;
  if (part.length < 3 || !part.startsWith("[")) return sign === part;
  const isNot = part[1] === "!";
  let isIn = false;
  const set = [...part.slice(isNot ? 2 : 1, -1)];
  for (let i = 0; i < set.length; i++) {
    if (set[i + 1] === "-" && i + 2 < set.length) {
      isIn ||= sign >= set[i] && sign <= set[i + 2];
      i += 2;
    } else isIn ||= sign === set[i];
  }
  return isIn !== isNot;
}
