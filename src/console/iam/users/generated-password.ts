import { randomInt } from 'node:crypto'

/** Without letters and digits that look alike. One of each kind satisfies every password policy. */
const kinds = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '!@#$%^*()_+-=']
const all = kinds.join('')
/** 24 of 68 signs: some 145 bits; more for a policy that asks for more. */
const length = 24

/** A password that every password policy of up to so many characters takes. */
export function generatedPassword(characters = length): string {
  const signs = [
    ...kinds.map(one),
    ...Array.from({ length: characters - kinds.length }, () => one(all)),
  ]
  for (let i = signs.length - 1; i > 0; i--) {
    const at = randomInt(i + 1)
    ;[signs[i], signs[at]] = [signs[at]!, signs[i]!]
  }
  return signs.join('')
}

function one(of: string): string {
  return of[randomInt(of.length)]!
}
