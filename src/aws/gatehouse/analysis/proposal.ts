import { type Policy, parseOwnPolicy } from '../../../policy/index.ts'

/** What is known of the calls that policies allowed. */
export interface Use {
  /** Prefixes of services whose every call is seen, in lower case. */
  readonly seen: ReadonlySet<string>
  /** Actions of those that were called, as they are written. */
  readonly used: ReadonlySet<string>
}

interface Written {
  readonly Sid?: string
  readonly Effect: string
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly [element: string]: unknown
}

/**
 * The statements of policies with the actions of seen services that nobody called taken out, in one
 * document. Resources, conditions, Denies and the actions of services that are not seen stay as
 * they are: of those nobody knows what is used. A document that does not parse is left out: it
 * allows nothing. Undefined where nothing is left.
 */
export function smallerPolicy(documents: readonly string[], use: Use): string | undefined {
  const kept = new Map<string, object>()
  for (const text of documents)
    for (const one of smallerStatements(text, use)) kept.set(JSON.stringify(one), one)
  if (kept.size === 0) return undefined
  return JSON.stringify({ Version: '2012-10-17', Statement: [...kept.values()] })
}

function smallerStatements(text: string, use: Use): readonly object[] {
  const parsed = parseOwnPolicy('identity', '', text)
  if (!parsed.ok) return []
  const { Version } = JSON.parse(text) as { readonly Version?: string }
  // In the language of 2008 `${` is text; in a document of 2012 it would begin a variable.
  const plain = Version === '2012-10-17' ? text : text.replaceAll('${', () => '${$}{')
  const { Statement } = JSON.parse(plain) as { readonly Statement: unknown }
  const statements = [Statement].flat() as readonly Written[]
  return statements.flatMap((written, i) => smaller(written, parsed.policy.statements[i]!, use))
}

type Parsed = Policy['statements'][number]

function smaller(written: Written, { effect, actions }: Parsed, use: Use): readonly object[] {
  // A Sid must occur once in a document.
  const { Sid: _sid, Action: _action, NotAction: _notAction, ...rest } = written
  if (effect !== 'Allow') {
    const { Sid: _own, ...deny } = written
    return [deny]
  }
  const { not, values } = actions
  const called = [...use.used].sort()
  const services = [...use.seen].sort().map((service) => `${service}:*`)
  if (not) {
    const left = called.filter((one) => !values.some(({ matches }) => matches(one.toLowerCase())))
    const others = [...new Set([...values.map(({ text }) => text), ...services])]
    return [{ ...rest, NotAction: others }, ...ofActions(rest, left)]
  }
  const everything = values.some(({ service }) => service === undefined)
  const left = values.flatMap(({ text, service, matches }) => {
    if (service === undefined) return called
    if (!use.seen.has(service)) return everything ? [] : [text]
    const matching = called.filter((one) => matches(one.toLowerCase()))
    // A name that is written out keeps its spelling.
    return matching.length > 0 && !/[*?]/.test(text) ? [text] : matching
  })
  return [
    ...(everything ? [{ ...rest, NotAction: services }] : []),
    ...ofActions(rest, [...new Set(left)]),
  ]
}

function ofActions(rest: object, actions: readonly string[]): readonly object[] {
  return actions.length === 0 ? [] : [{ ...rest, Action: actions }]
}
