import type { Condition } from '../condition.ts'
import { globCovers } from '../cover.ts'
import { globOf } from '../glob.ts'
import { segmentsOfArn } from '../operators.ts'
import type { Statement } from '../statement.ts'
import { isFixedValue } from './fixed-value.ts'

/** Whether a condition narrows: a positive operator, and all of its values are somebody's. */
export function narrows({ key, operator, values }: Condition, wanted: RegExp): boolean {
  return (
    wanted.test(key) &&
    !/Not|IfExists$|ForAllValues|^Null$/.test(operator) &&
    values.every((value) => isFixedValue(key, value))
  )
}

/** Whether a statement reaches every resource of a type, `service:resource` with `*`. */
export function reachesAll({ resources }: Statement, type: string): boolean {
  if (!resources || resources.not) return true
  const end = type.indexOf(':')
  const [service, wanted] = [type.slice(0, end), globOf(type.slice(end + 1))]
  return resources.values.some(({ text }) => {
    if (text === '*') return true
    const segments = segmentsOfArn(text)
    return segments?.[2] === service && globCovers(globOf(segments[5] ?? ''), wanted)
  })
}

const tags = /^(?:aws|iam|ec2|ssm|lambda|ecs|sagemaker):resourcetag\//
/** Keys about when and from where a request comes, and not about what it reaches. */
const circumstances = new RegExp(
  '^aws:(?:multifactorauth(?:present|age)|securetransport|currenttime|epochtime|tokenissuetime|' +
    'useragent|referer|sourceip|vpcsourceip|sourcevpce?|principal\\w+(?:/.*)?|userid|username)$',
)

/** Whether conditions leave only some resources in reach, by tag or by the keys of `more`. */
export function narrowsTargets({ conditions }: Statement, more?: RegExp): boolean {
  return conditions.some(
    (condition) => narrows(condition, tags) || (more !== undefined && narrows(condition, more)),
  )
}

/** Whether a condition says what is reached, and not only when, from where or by whom. */
export function narrowsAnything({ conditions }: Statement): boolean {
  return conditions.some(
    (condition) => !circumstances.test(condition.key) && narrows(condition, /./),
  )
}
