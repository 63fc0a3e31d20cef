/** An answer of a few thousand tokens with their logarithms is a hundred times smaller. */
const LARGEST = 1 << 24;

/** The text of an answer, or an error where it has no end. */
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
