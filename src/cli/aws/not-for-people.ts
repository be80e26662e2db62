import { visibleText } from '../../kernel/visible-text.ts'

interface Statement {
  readonly Effect?: string
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>
}
export interface NotForPeople {
  /** Whether it could be taken by people, with another trust policy. */
  readonly changeable: boolean
  readonly text: string
}

/**
 * Why people do not take a role of AWS, by its trust policy and path; undefined where they may. The
 * policy was parsed before.
 */
export function notForPeople(trust: string, path: string): NotForPeople | undefined {
  const fixed = (text: string) => ({ changeable: false, text })
  if (path.startsWith('/aws-service-role/')) return fixed("it is a service's own (service-linked)")
  if (path.startsWith('/aws-reserved/'))
    return fixed('it is of IAM Identity Center, which keeps its trust policy')
  const { Statement: written } = JSON.parse(trust) as {
    readonly Statement: Statement | readonly Statement[]
  }
  const others = new Set<string>()
  for (const { Effect, Principal = {} } of [written].flat() as readonly Statement[]) {
    if (Effect !== 'Allow') continue
    if (typeof Principal === 'string') return undefined
    for (const [kind, values] of Object.entries(Principal))
      for (const value of [values].flat()) {
        const other = takerOf(kind, value)
        if (other === undefined) return undefined
        others.add(other)
      }
  }
  const shown = visibleText([...others].slice(0, 3).join(', ')).slice(0, 300)
  const text = others.size === 0 ? 'its trust policy lets nobody take it' : `${shown} take it`
  return { changeable: true, text: `${text}: with \`--all\` it is proposed too` }
}

/** What takes the role where that is no person. */
function takerOf(kind: string, value: string): string | undefined {
  if (kind === 'Service') return value
  if (kind === 'CanonicalUser') return 'a canonical user'
  if (kind === 'AWS') return /:(assumed-)?role\//.test(value) ? value : undefined
  const isPeople = /:saml-provider\//.test(value) || /:oidc-provider\/[^/]+\/upstream\//.test(value)
  return isPeople ? undefined : `tokens of ${value.replace(/^.*:oidc-provider\//, '')}`
}
