/** A request that none of our pages sends. */
export class RequestFault extends Error {
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.name = 'RequestFault'
    this.status = status
  }
}

/**
 * Returns one value of a parsed query or form. Throws RequestFault when the name occurs twice,
 * because it would be ambiguous which value applies.
 */
export function field(parsed: unknown, name: string): string | undefined {
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, name))
    return undefined
  const value: unknown = (parsed as Record<string, unknown>)[name]
  if (value === undefined || typeof value === 'string') return value
  throw new RequestFault(`\`${name}\` occurs twice`)
}

/** Returns every value of a name that a form may repeat. */
export function fieldsOf(parsed: unknown, name: string): readonly string[] {
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, name)) return []
  const value: unknown = (parsed as Record<string, unknown>)[name]
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** Like `field`, for query and body together, because /federation takes both. */
export function eitherField(query: unknown, body: unknown, name: string): string | undefined {
  const inQuery = field(query, name)
  const inBody = field(body, name)
  if (inQuery !== undefined && inBody !== undefined)
    throw new RequestFault(`\`${name}\` occurs twice`)
  return inQuery ?? inBody
}
