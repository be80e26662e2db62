import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from '@codemirror/autocomplete'
import type { EditorState } from '@codemirror/state'
import type { KeyRow } from '../../src/console/policies/policy-reference.ts'
import type { Asking } from './ask.ts'
import { type Place, placeAt, servicesIn } from './place.ts'
import { words } from './words.ts'

const elements = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  'Principal',
  'NotPrincipal',
]
const validFor = /^[\w:*?.\-/${}<>@=+]*$/

/** Completes elements, services, actions, resources, operators and condition keys. */
export function policyCompletion(asking: Asking): CompletionSource {
  return async ({ state, pos }: CompletionContext): Promise<CompletionResult | null> => {
    const place = placeAt(state, pos)
    if (!place) return null
    const from = place.node.from + 1
    const typed = state.sliceDoc(from, pos)
    if (!validFor.test(typed)) return null
    try {
      const options = await optionsAt(asking, state, place, typed)
      return options.length === 0 ? null : { from, options, validFor: narrowing(typed) }
    } catch {
      // Without an answer people write on: the next key asks again.
      return null
    }
  }
}

/** After the colon of an action other options are offered than before it. */
function narrowing(typed: string): RegExp {
  return typed.includes(':') ? validFor : /^[\w*?.\-/${}<>@=+]*$/
}

async function optionsAt(
  asking: Asking,
  state: EditorState,
  { isName, path, statement }: Place,
  typed: string,
): Promise<readonly Completion[]> {
  const [top, second, third] = path
  if (isName) {
    if (path.length === 0) return plain(['Version', 'Id', 'Statement'], words.element)
    if (top !== 'Statement') return []
    if (second === undefined) return plain(elements, words.element)
    if (second !== 'Condition') return []
    if (third === undefined) return operatorOptions(asking)
    return keyOptions(asking, servicesIn(state, statement))
  }
  if (top === 'Version') return plain(['2012-10-17'], '')
  if (top !== 'Statement') return []
  if (second === 'Effect') return plain(['Allow', 'Deny'], '')
  if (second === 'Action' || second === 'NotAction') return actionOptions(asking, typed)
  if (second === 'Resource' || second === 'NotResource')
    return resourceOptions(asking, servicesIn(state, statement))
  return []
}

function plain(labels: readonly string[], detail: string): readonly Completion[] {
  return labels.map((label) => ({ label, detail }))
}

async function actionOptions(asking: Asking, typed: string): Promise<readonly Completion[]> {
  const colon = typed.indexOf(':')
  if (colon < 0) {
    const { services } = await asking.index()
    return services.map(([prefix, title]) => ({
      label: `${prefix}:`,
      detail: title,
      type: 'namespace',
    }))
  }
  const prefix = typed.slice(0, colon).toLowerCase()
  const found = await asking.service(prefix)
  if (!found) return []
  return [
    { label: `${prefix}:*`, detail: words.everyAction, boost: -1 },
    ...found.actions.map(([name, level]) => ({
      label: `${prefix}:${name}`,
      detail: level,
      type: 'function',
    })),
  ]
}

async function resourceOptions(
  asking: Asking,
  services: readonly string[],
): Promise<readonly Completion[]> {
  const found = await Promise.all(services.map((one) => asking.service(one)))
  const arns = found.flatMap((one) => one?.resources ?? [])
  return plain(['*', ...new Set(arns)], '')
}

async function operatorOptions(asking: Asking): Promise<readonly Completion[]> {
  const { operators } = await asking.index()
  const base = operators.filter((name) => name !== 'Null')
  return [
    ...plain(operators, words.operator),
    ...base.map((name) => ({ label: `${name}IfExists`, detail: words.operator, boost: -1 })),
    ...['ForAnyValue', 'ForAllValues'].flatMap((set) =>
      base.map((name) => ({ label: `${set}:${name}`, detail: words.operator, boost: -2 })),
    ),
  ]
}

async function keyOptions(
  asking: Asking,
  services: readonly string[],
): Promise<readonly Completion[]> {
  const [{ keys }, ...found] = await Promise.all([
    asking.index(),
    ...services.map((one) => asking.service(one)),
  ])
  const own = found.flatMap((one) => one?.keys ?? [])
  const all = new Map<string, KeyRow>([...own, ...keys].map((row) => [row[0].toLowerCase(), row]))
  return [...all.values()].map(([name, type]) => ({
    label: name.replace(/\$\{[^}]*\}|<[^>]*>/, ''),
    detail: type,
    type: 'property',
  }))
}
