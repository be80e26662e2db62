/**
 * Returns one key for all spellings of a name: removes differences of width, composition, case and
 * spaces.
 */
export function foldName(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
}
