import { DirectoryTrouble } from './directory-trouble.ts'
import { anyEntry } from './filters.ts'
import type { Ask } from './groups.ts'
import type { Entry } from './search-messages.ts'

/**
 * Active Directory returns 1,500 or 5,000 values at once, so this is far more than any person has.
 */
const maxRounds = 50
const ranged = /^(?<attribute>[^;]+(?:;(?!range=)[^;]+)*);range=\d+-(?<last>\d+|\*)$/

/**
 * Returns the entry with every attribute complete. Active Directory returns the first values of a
 * long attribute as `attribute;range=0-1499`, and the next ones on request for
 * `attribute;range=1500-*` (MS-ADTS, section 3.1.1.3.1.3.3).
 */
export async function withWholeAttributes(ask: Ask, entry: Entry): Promise<Entry> {
  const values = new Map(entry.values)
  for (const key of entry.values.keys()) {
    let part = partOf(key, entry)
    if (!part) continue
    const { attribute } = part
    values.delete(key)
    const all = [...part.values]
    for (let round = 0; part.last !== '*'; round++) {
      if (round === maxRounds)
        throw new DirectoryTrouble('too-many', `\`${attribute}\` has values without an end`)
      const next = await nextPart(ask, entry.dn, attribute, Number(part.last) + 1)
      if (next.values.length === 0) throw new DirectoryTrouble('unfit', cutOff(attribute))
      all.push(...next.values)
      part = next
    }
    // The attribute is also present under its bare name, without values.
    values.set(attribute, all)
  }
  return { dn: entry.dn, values }
}

async function nextPart(ask: Ask, dn: string, attribute: string, start: number) {
  const attributes = [`${attribute};range=${start}-*`]
  const [entry] = await ask({ base: dn, scope: 'base', filter: anyEntry, attributes, most: 1 })
  for (const key of entry?.values.keys() ?? []) {
    const part = entry && partOf(key, entry)
    if (part?.attribute === attribute && key.includes(`;range=${start}-`)) return part
  }
  throw new DirectoryTrouble('unfit', cutOff(attribute))
}

function partOf(key: string, { values }: Entry) {
  const found = ranged.exec(key)?.groups
  const { attribute, last } = found ?? {}
  if (attribute === undefined || last === undefined) return undefined
  return { attribute, last, values: values.get(key) ?? [] }
}

function cutOff(attribute: string): string {
  return `the directory tells only a part of \`${attribute}\``
}
