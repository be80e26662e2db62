/**
 * Whether a name is the one that the settings have, or begins as theirs does before the `*` at its
 * end. A `*` elsewhere stands for itself.
 */
export function fitsPattern(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}
