/** What quotas of policies count: white space is free. */
export function documentCharacters(document: string): number {
  return document.replace(/\s+/g, '').length
}
