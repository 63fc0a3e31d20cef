/** What both cores offer. The host refuses a core whose number is not the one it was built with. */
export const ABI_VERSION: i32 = 2;

/** The first free byte: everything above belongs to the host. */
export function heapBase(): usize {
  return __heap_base;
}
