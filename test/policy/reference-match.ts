import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { Question } from '../../src/policy/index.ts'

/** One character of a pattern, or a wildcard. */
type Token = { readonly literal: string } | 'star' | 'one'

/** Whether the tokens match all of the text: a table of prefixes, so that nobody has to think. */
function tokensMatch(tokens: readonly Token[], text: string): boolean {
  const characters = [...text]
  let reachable = new Set([0])
  for (const token of tokens) {
    const next = new Set<number>()
    for (const position of reachable) {
      if (token === 'star') for (let i = position; i <= characters.length; i++) next.add(i)
      else if (
        position < characters.length &&
        (token === 'one' || token.literal === characters[position])
      )
        next.add(position + 1)
    }
    reachable = next
  }
  return reachable.has(characters.length)
}

/** What a pattern may have beside plain characters, and whose keys fill it in. */
interface Matching {
  readonly variables: boolean
  readonly wildcards: boolean
  readonly question: Question
}
const wildcardTokens: Readonly<Record<string, Token>> = { '*': 'star', '?': 'one' }

/** The pattern with its variables filled in; undefined when one has no value. */
function tokensOf(
  text: string,
  { variables, wildcards, question }: Matching,
): readonly Token[] | undefined {
  const literal = (value: string): Token[] =>
    [...value].map((character) => ({ literal: character }))
  const tokens: Token[] = []
  for (const part of variables ? text.split(/(\$\{[^}]*\})/) : [text]) {
    if (!variables || !part.startsWith('${')) {
      const plain = literal(part)
      tokens.push(...(wildcards ? [...part].map((c, i) => wildcardTokens[c] ?? plain[i]!) : plain))
      continue
    }
    const inside = part.slice(2, -1)
    if (['*', '?', '$'].includes(inside)) {
      tokens.push({ literal: inside })
      continue
    }
    const [key = '', fallback] = inside.split(', ')
    const values = question.context.get(key.toLowerCase())
    if (values && (values.length > 1 || question.multivalued?.has(key.toLowerCase())))
      return undefined
    const value = values?.[0] ?? fallback?.slice(1, -1)
    if (value === undefined) return undefined
    tokens.push(...literal(value))
  }
  return tokens
}

export function textMatches(pattern: string, text: string, matching: Matching): boolean {
  const tokens = tokensOf(pattern, matching)
  return tokens !== undefined && tokensMatch(tokens, text)
}

/** Six segments each, compared one by one. */
export function arnMatches(
  pattern: string,
  text: string,
  matching: Omit<Matching, 'wildcards'>,
): boolean {
  const split = (arn: string) => {
    const parts = arn.split(':')
    return parts.length < 6 || parts[0] !== 'arn'
      ? undefined
      : [...parts.slice(0, 5), parts.slice(5).join(':')]
  }
  const wanted = split(pattern)
  const found = split(text)
  return (
    wanted !== undefined &&
    found !== undefined &&
    wanted.every((segment, i) => textMatches(segment, found[i]!, { ...matching, wildcards: true }))
  )
}

function instantOf(text: string): number | undefined {
  if (/^\d{4}$/.test(text)) return Date.UTC(Number(text), 0)
  if (/^-?\d+$/.test(text)) return Number(text) * 1000
  const parsed = Date.parse(text)
  return Number.isNaN(parsed) ? undefined : parsed
}

function compared(
  relation: string,
  found: number | undefined,
  wanted: number | undefined,
): boolean {
  if (found === undefined || wanted === undefined || Number.isNaN(found)) return false
  switch (relation) {
    case 'Equals':
      return found === wanted
    case 'NotEquals':
      return found !== wanted
    case 'LessThan':
      return found < wanted
    case 'LessThanEquals':
      return found <= wanted
    case 'GreaterThan':
      return found > wanted
    case 'GreaterThanEquals':
      return found >= wanted
    default:
      throw new Error(`no relation ${relation}`)
  }
}

function addressMatches(range: string, address: string): boolean {
  const [host = '', bits] = range.split('/')
  const family = isIPv4(host) ? 'ipv4' : 'ipv6'
  if (family === 'ipv4' ? !isIPv4(address) : !isIPv6(address)) return false
  const list = new BlockList()
  list.addSubnet(host, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family)
  return list.check(address, family)
}

/**
 * One value of the request against one of the policy, under a positive operator or one of the
 * ordered ones.
 */
function valueMatches(
  operator: string,
  wanted: string,
  found: string,
  filling: Omit<Matching, 'wildcards'>,
): boolean {
  const { question } = filling
  switch (operator) {
    case 'StringEquals':
      return textMatches(wanted, found, { ...filling, wildcards: false })
    case 'StringLike':
      return textMatches(wanted, found, { ...filling, wildcards: true })
    case 'StringEqualsIgnoreCase': {
      const folded = {
        ...question,
        context: new Map(
          [...question.context].map(([key, values]) => [
            key,
            values.map((value) => value.toLowerCase()),
          ]),
        ),
      }
      return textMatches(wanted.toLowerCase(), found.toLowerCase(), {
        ...filling,
        question: folded,
        wildcards: false,
      })
    }
    case 'Bool':
      return wanted.toLowerCase() === found.toLowerCase()
    case 'BinaryEquals':
      return Buffer.from(wanted, 'base64').equals(Buffer.from(found, 'base64'))
    case 'IpAddress':
      return addressMatches(wanted, found)
    case 'ArnEquals':
    case 'ArnLike': {
      if (!found.startsWith('arn:') || found.split(':').length < 6) return false
      if (wanted === '*') return true
      return wanted.startsWith('${')
        ? textMatches(wanted, found, { ...filling, wildcards: true })
        : arnMatches(wanted, found, filling)
    }
    default: {
      const [, family, relation = ''] = /^(Numeric|Date)(.+)$/.exec(operator) ?? []
      const parse = family === 'Date' ? instantOf : Number
      return compared(relation, parse(found), parse(wanted))
    }
  }
}

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
}

/** One key under one operator, as written in a policy. */
export function conditionHolds(
  name: string,
  key: string,
  wanted: readonly string[],
  filling: Omit<Matching, 'wildcards'>,
): boolean {
  const { question } = filling
  const found = question.context.get(key.toLowerCase()) ?? []
  if (name === 'Null')
    return wanted.some((value) => (value.toLowerCase() === 'true') === (found.length === 0))
  const ifExists = name.endsWith('IfExists')
  const [, set, base = ''] = /^(?:(\w+):)?(\w+?)(?:IfExists)?$/.exec(name) ?? []
  const positive = negations[base]
  const fits = (value: string): boolean => {
    if (positive) return wanted.every((one) => !valueMatches(positive, one, value, filling))
    if (/^(Numeric|Date)NotEquals$/.test(base))
      return wanted.every((one) => valueMatches(base, one, value, filling))
    return wanted.some((one) => valueMatches(base, one, value, filling))
  }
  if (found.length === 0)
    return set === 'ForAllValues' || ifExists || (set === undefined && /Not/.test(base))
  if (set === 'ForAllValues') return found.every(fits)
  if (set === 'ForAnyValue') return found.some(fits)
  if (found.length > 1 || question.multivalued?.has(key.toLowerCase())) return false
  return fits(found[0]!)
}
