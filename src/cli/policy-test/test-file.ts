import { z } from 'zod'
import { parseSettings, type SettingsDocument } from '../../config/document.ts'
import { schemaProblems } from '../../config/schema-problems.ts'
import type { Output } from '../check.ts'
import { readText } from '../policy/read-policies.ts'

const text = z.string().min(1).max(2048)
const oneOrMore = (one: z.ZodString) => z.union([one, z.array(one).min(1).max(1000)])
const action = text.regex(/^[a-z0-9-]+:[a-z0-9]+$/i, 'expected one action, as in s3:GetObject')
const resource = text.regex(
  /^(?:\*|arn:[^:*?]+:[^:*?]+:[^:*?]*:[^:*?]*:[^*?]+)$/s,
  'expected the ARN of one resource, or `*` for an action that has none',
)
/** The path of a file beside the test file, or the document itself. */
const policy = z.union([text, z.record(z.string(), z.unknown())])
const policies = z.array(policy).max(100)
const value = z.union([text, z.number(), z.boolean()])
const context = z.record(
  z.string().regex(/^[^:=]+:[^=]+$/, 'expected the name of a condition key, as in aws:SourceIp'),
  z.union([value, z.array(value).min(1).max(256)]),
)

/** What a test may say, and the file may say for all of its tests. */
const circumstances = {
  principal: text.optional(),
  policies: policies.optional(),
  boundary: policy.optional(),
  session: policies.optional(),
  resourcePolicy: policy.optional(),
  trust: policy.optional(),
  serviceControl: z.array(policies).max(10).optional(),
  resourceControl: z.array(policies).max(10).optional(),
  resourceAccount: z
    .string()
    .regex(/^\d{12}$/, 'expected an account: twelve digits')
    .optional(),
  context: context.optional(),
}

export const effects = ['allow', 'deny', 'explicit-deny', 'implicit-deny', 'depends'] as const

const testSchema = z.strictObject({
  name: text.optional(),
  ...circumstances,
  action: oneOrMore(action),
  resource: oneOrMore(resource).optional(),
  expect: z.enum(effects),
  by: text.optional(),
})
const fileSchema = z.strictObject({
  settings: text.optional(),
  ...circumstances,
  tests: z.array(testSchema).min(1).max(5000),
})

export type WrittenTest = z.infer<typeof testSchema>
export type WrittenTests = z.infer<typeof fileSchema>
export type WrittenPolicy = z.infer<typeof policy>

export interface TestFile {
  readonly path: string
  readonly tests: WrittenTests
  readonly position: SettingsDocument['position']
}

/**
 * Reads a file of policy tests (YAML or JSON; docs/policy-tools.md). Returns undefined, and reports
 * each problem as `file:line:column: what`, when it is unusable.
 */
export async function readTestFile(
  path: string,
  { err }: Pick<Output, 'err'>,
): Promise<TestFile | undefined> {
  const source = await readText(path, { err })
  if (source === undefined) return undefined
  const document = parseSettings(source, (found) => found)
  if (!('value' in document)) {
    for (const { line, column, message } of document) err(`${path}:${line}:${column}: ${message}`)
    return undefined
  }
  const parsed = fileSchema.safeParse(document.value)
  if (parsed.success) return { path, tests: parsed.data, position: document.position }
  const found = schemaProblems(parsed.error.issues, document.value, () => false, fileSchema)
  for (const { atKey, path: at, message } of found) {
    const { line, column } = atKey ? document.keyPosition(at) : document.position(at)
    err(`${path}:${line}:${column}: ${message}`)
  }
  return undefined
}
