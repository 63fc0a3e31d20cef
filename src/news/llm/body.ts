/** An answer of a few thousand tokens with their logarithms is a hundred times smaller. */
const LARGEST = 1 << 24;

/** Bytes of an error page that are read: what it says is at its beginning. */
const ERROR_PAGE = 4096;

/** The text of an answer, or an error if it is too long. */
export async function readBody(response: Response, limit = LARGEST): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw new Error(`its answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The beginning of an error page; the rest is not waited for. */
export async function readErrorPage(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // leaving the loop cancels the body
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk.subarray(0, ERROR_PAGE - bytes), { stream: true });
    bytes += chunk.length;
    if (bytes >= ERROR_PAGE) break;
  }
  return text;
}
