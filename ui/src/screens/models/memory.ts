/** Gigabytes as memory is sold: the system keeps a little of them for itself and tells of less. */
export function soldMemory(bytes: number): number {
  const told = bytes / 2 ** 30;
  const sizes = [2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 192, 256, 512];
  return sizes.find((size) => size >= told - 0.1) ?? Math.round(told);
}
