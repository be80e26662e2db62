import { parseArn } from '../../kernel/arn.ts'
import { addressOf } from '../address.ts'
import { type Cell, link, text } from '../cells.ts'
import { words } from './words.ts'

const { whoCan: told } = words

type Kind = keyof typeof told.kinds | 'outside'

export function kindOf(arn: string): Kind {
  const { service, resource = '' } = parseArn(arn) ?? {}
  const [kind = ''] = resource.split('/')
  return service === 'iam' && Object.hasOwn(told.kinds, kind) ? (kind as Kind) : 'outside'
}

export function nameOf(arn: string): string {
  return kindOf(arn) === 'outside' ? arn : (arn.split('/').at(-1) ?? arn)
}

/** A name for a picture, where an account is known by its number. */
export function shortNameOf(arn: string): string {
  const { account, resource } = parseArn(arn) ?? {}
  return account !== undefined && resource === 'root' ? account : nameOf(arn)
}

/** What it is, for people: an outsider is one of another account, a service or a provider. */
export function subOf(arn: string): string {
  const kind = kindOf(arn)
  return kind === 'outside' ? told.outside : told.kinds[kind]
}

function hrefOf(arn: string): string | undefined {
  const kind = kindOf(arn)
  if (kind !== 'user' && kind !== 'role') return undefined
  return addressOf(`/console/${kind}s/:name`, { name: nameOf(arn) })
}

export function partyCell(arn: string): Cell {
  const href = hrefOf(arn)
  return href === undefined ? text(nameOf(arn), subOf(arn)) : link(nameOf(arn), href, subOf(arn))
}
