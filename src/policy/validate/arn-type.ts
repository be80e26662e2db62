import { globsMayMeet } from '../cover.ts'
import { globOf } from '../glob.ts'
import { shown } from '../json.ts'
import { segmentsOfArn } from '../operators.ts'
import type { RuleFinding } from './finding.ts'
import { finding } from './rule.ts'

const parts = [
  { at: 3, element: 'region', needed: 'arn-without-region', none: 'arn-with-region' },
  { at: 4, element: 'account', needed: 'arn-without-account', none: 'arn-with-account' },
] as const

/**
 * Findings about the region and the account of a resource's ARN, where its type needs one or has
 * none. `types`: the ARNs that the actions work on, with `*` for what varies.
 */
export function arnPartFindings(
  text: string,
  types: readonly string[],
  path: string,
): readonly RuleFinding[] {
  const segments = segmentsOfArn(text)
  if (!segments) return []
  const name = globOf(segments[5]!)
  const near = types.flatMap((type) => {
    const own = segmentsOfArn(type)
    return own && own[2] === segments[2] && globsMayMeet(globOf(own[5]!), name) ? [own] : []
  })
  if (near.length === 0) return []
  return parts.flatMap(({ at, element, needed, none }) => {
    const written = segments[at]!
    if (written === '' && near.every((type) => type[at] !== ''))
      return [
        finding(needed, path, `\`${shown(text)}\` needs ${articles[element]}`, {
          kind: 'part',
          at,
          text: '*',
        }),
      ]
    return !/^\**$/.test(written) && near.every((type) => type[at] === '')
      ? [
          finding(none, path, `\`${shown(text)}\` is of a type that has no ${element} in its ARN`, {
            kind: 'part',
            at,
            text: '',
          }),
        ]
      : []
  })
}

// What Amazon offers to everybody has no account: documents of Systems Manager, images.
const articles = { region: 'a region, or a wildcard for it', account: 'an account, or a wildcard' }
