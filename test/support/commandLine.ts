/**
 * The arguments of a line that is a command of pstar and nothing else, as a shell splits it: words, and what single quotes
 * hold. Nothing if it takes a shell to run it.
 */
export function argumentsOf(line: string): string[] | undefined {
  const [, rest] = /^(?:npx )?pstar((?: +(?:'[^']*'|[\w.,:/=%@+-]+))*)(?: +#.*)?$/.exec(line) ?? [];
  return rest?.match(/'[^']*'|[^\s']+/g)?.map((word) => word.replace(/^'(.*)'$/, "$1"));
}
