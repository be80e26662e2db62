import type { FieldRule } from '../fields.ts'
import { anyText } from '../limits.ts'
import { words } from './words.ts'

const said = words.oidcForm

/** IAM quotas: client IDs of one provider, and thumbprints. */
const most = { audiences: 100, thumbprints: 5 }
/** IAM API reference, AddClientIDToOpenIDConnectProvider. */
const longestAudience = 255

/** The lines of a field, without those that stand there again. */
export function linesOf(text = ''): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return [...new Set(lines.filter((line) => line !== ''))]
}

export const audiencesField: FieldRule = {
  name: 'ClientIDList',
  label: said.audiences,
  help: said.audiencesHelp,
  control: { kind: 'lines', rows: 4, code: true },
  limits: anyText,
  check(text) {
    const lines = linesOf(text)
    if (lines.length > most.audiences) return said.tooManyAudiences
    return lines.some((line) => line.length > longestAudience) ? said.longAudience : undefined
  },
}

export const thumbprintsField: FieldRule = {
  name: 'ThumbprintList',
  label: said.thumbprints,
  help: said.thumbprintsHelp,
  control: { kind: 'lines', rows: 3, code: true },
  limits: anyText,
  check(text) {
    const lines = linesOf(text)
    if (lines.length > most.thumbprints) return said.tooManyThumbprints
    const wrong = lines.find((line) => !/^[0-9a-fA-F]{40}$/.test(line))
    return wrong === undefined ? undefined : said.notThumbprint(wrong.slice(0, 60))
  },
}
