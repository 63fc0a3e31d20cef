/** The two 32-bit words of a cell's id, high word first: the key of its random streams. */
export function idWords(id: string): [number, number] {
  return [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8), 16)];
}
