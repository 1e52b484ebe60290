/**
 * Milliseconds to wait before the try after `failures` failed ones (from 1): anything up to a limit that doubles
 * with each, so that those who lost the same server do not come back at the same moment.
 */
export function retryDelay(failures, { base = 2000, cap = 60_000, random = Math.random } = {}) {
  return random() * Math.min(cap, base * 2 ** (failures - 1));
}
