import * as z from "zod";
import { checked } from "../../server/asker.js";
import type { TokenScores } from "../interfaces.js";
import type { ServerToken } from "./align.js";

// What servers say is hostile until it has passed here. Texts are cut to size by the limit on an answer as a whole.

/** Rounding may lift a certain token's logarithm above zero by this much. */
const ROUNDING = 1e-3;
/** Tokens of one answer. */
const MOST = 1 << 20;

const logprob = z
  .number()
  .max(ROUNDING)
  .transform((value) => Math.min(value, 0));

const echo = z.object({
  choices: z
    .array(
      z.object({
        text: z.string(),
        logprobs: z.nullish(
          z.object({
            tokens: z.array(z.string()).max(MOST),
            token_logprobs: z.array(logprob.nullable()),
            text_offset: z.nullish(z.array(z.int().min(0))),
          }),
        ),
      }),
    )
    .min(1),
});

const promptToken = z.record(
  z.string(),
  z.object({ logprob, rank: z.nullish(z.int()), decoded_token: z.nullish(z.string()) }),
);
const promptLogprobs = z.object({
  choices: z.array(z.object({ prompt_logprobs: z.nullish(z.array(z.nullable(promptToken)).max(MOST)) })).min(1),
});

const kept = z.object({ tokens: z.array(z.string()), logprobs: z.array(logprob) });

/** What /completions says with `echo`: the text, and its tokens; null where there are none. */
export function echoed(answer: unknown): { text: string; tokens: ServerToken[] | null } {
  const { text, logprobs } = checked(echo, answer).choices[0];
  if (logprobs == null) return { text, tokens: null };
  const { tokens, token_logprobs: logs, text_offset: offsets } = logprobs;
  if (logs.length !== tokens.length || (offsets != null && offsets.length !== tokens.length))
    throw new Error("its answer holds not as many logarithms as tokens");
  return { text, tokens: tokens.map((token, i) => ({ text: token, logprob: logs[i], offset: offsets?.[i] })) };
}

/** What vLLM says of a prompt's tokens; null where it says nothing. */
export function promptTokens(answer: unknown): ServerToken[] | null {
  const list = checked(promptLogprobs, answer).choices[0].prompt_logprobs;
  if (list == null) return null;
  return list.map((entry, i) => {
    if (entry === null) {
      if (i > 0) throw new Error("its answer lacks the logarithms of a token");
      return { text: "", logprob: null };
    }
    // The likeliest token stands beside the given one, unless they are the same; its rank is 1.
    const entries = Object.values(entry);
    const given = entries.length === 1 ? entries[0] : entries.find(({ rank }) => rank != null && rank > 1);
    if (given === undefined || entries.length > 2) throw new Error("its answer does not tell the given tokens apart");
    return { text: given.decoded_token ?? "", logprob: given.logprob };
  });
}

/** Checks scores that were kept. */
export function keptScores(answer: unknown): TokenScores {
  const scores = checked(kept, answer);
  if (scores.tokens.length !== scores.logprobs.length) throw new Error("not as many logarithms as tokens");
  return scores;
}
