import { z } from 'zod'
import type { Path } from './document.ts'
import { settingsSchema } from './settings.ts'

/** The part of JSON Schema that describes which keys exist. */
export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean | undefined
  readonly items?: JsonSchema | undefined
  readonly anyOf?: readonly JsonSchema[] | undefined
  readonly oneOf?: readonly JsonSchema[] | undefined
  readonly required?: readonly string[] | undefined
  readonly const?: unknown | undefined
}

/** Returns the schema of what may be written, for editors and for the settings reference. */
export function settingsJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf(settingsSchema)
}

export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>
}

/**
 * Returns the keys that the map at `path` may have. `value` selects among the alternatives above
 * it.
 */
export function knownKeys(schema: JsonSchema, value: unknown, path: Path): readonly string[] {
  let schemas: readonly JsonSchema[] = branches(schema, value)
  path.forEach((part, index) => {
    const inner = valueAt(value, path.slice(0, index + 1))
    schemas = schemas.flatMap((one) => {
      const next =
        typeof part === 'number' ? one.items : (one.properties?.[part] ?? one.additionalProperties)
      return typeof next === 'object' ? branches(next, inner) : []
    })
  })
  return [...new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)))]
}

/**
 * Returns the branches of a union; where a key such as `type` or `how` selects one, only that
 * branch.
 */
function branches(schema: JsonSchema, value: unknown): readonly JsonSchema[] {
  const all = schema.anyOf ?? schema.oneOf
  if (!all) return [schema]
  const named = all.filter(({ properties = {} }) =>
    Object.entries(properties).some(
      ([key, one]) => one.const !== undefined && valueAt(value, [key]) === one.const,
    ),
  )
  return (named.length > 0 ? named : all).flatMap((one) => branches(one, value))
}

/** Returns undefined when the path does not exist. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined
    here = (here as Record<string | number, unknown>)[part]
  }
  return here
}
