/** One key for all spellings of a name: width, composition, case and spaces do not make another person. */
export function foldName(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
}
