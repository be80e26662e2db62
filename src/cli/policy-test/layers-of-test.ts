import { dirname, resolve } from 'node:path'
import type { Path } from '../../config/document.ts'
import { type Layers, type Policy, type PolicyKind, parsePolicy } from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { readText } from '../policy/read-policies.ts'
import type { TestFile, WrittenPolicy, WrittenTest } from './test-file.ts'

/** Where a value of a test stands: in the test, or before all tests. */
export type Place = <K extends keyof WrittenTest>(key: K) => Path

/**
 * Reads the layers that a test names. Each file is read once for all tests. The returned function
 * answers undefined, and reports it, when a policy can't be read or is refused.
 */
export function layerReader(
  { path: file, position }: Pick<TestFile, 'path' | 'position'>,
  output: Pick<Output, 'err'>,
) {
  const known = new Map<string, Promise<Policy | undefined>>()

  const parsed = (kind: PolicyKind, id: string, text: string, tell: Tell): Policy | undefined => {
    const result = parsePolicy(kind, id, text)
    if (result.ok) return result.policy
    for (const problem of result.problems) tell(problem)
    return undefined
  }

  const ofFile = async (kind: PolicyKind, named: string): Promise<Policy | undefined> => {
    const path = resolve(dirname(file), named)
    const text = await readText(path, output)
    if (text === undefined) return undefined
    return parsed(kind, named, text, ({ line, column, message }) =>
      output.err(`${path}:${line}:${column}: ${message}`),
    )
  }

  const one = (kind: PolicyKind, written: WrittenPolicy, at: Path) => {
    if (typeof written !== 'string') {
      const id = at.filter((part) => part !== 'tests').join('.')
      const { line, column } = position(at)
      return Promise.resolve(
        parsed(kind, id, JSON.stringify(written), ({ path, message }) =>
          output.err(`${file}:${line}:${column}: ${path}: ${message}`),
        ),
      )
    }
    const key = `${kind} ${written}`
    const reading = known.get(key) ?? ofFile(kind, written)
    known.set(key, reading)
    return reading
  }

  const list = async (kind: PolicyKind, written: readonly WrittenPolicy[], at: Path) =>
    whole(await Promise.all(written.map((policy, i) => one(kind, policy, [...at, i]))))

  const levels = async (
    kind: PolicyKind,
    written: readonly (readonly WrittenPolicy[])[],
    at: Path,
  ) => whole(await Promise.all(written.map((level, i) => list(kind, level, [...at, i]))))

  return async (test: WrittenTest, place: Place): Promise<Partial<Layers> | undefined> => {
    const single = async (kind: PolicyKind, key: 'boundary' | 'resourcePolicy' | 'trust') =>
      test[key] === undefined ? undefined : list(kind, [test[key]], place(key))
    const read = {
      identity: test.policies && (await list('identity', test.policies, place('policies'))),
      boundary: await single('boundary', 'boundary'),
      session: test.session && (await list('session', test.session, place('session'))),
      resource: await single('resource', 'resourcePolicy'),
      trust: await single('trust', 'trust'),
      serviceControl:
        test.serviceControl &&
        (await levels('service-control', test.serviceControl, place('serviceControl'))),
      resourceControl:
        test.resourceControl &&
        (await levels('resource-control', test.resourceControl, place('resourceControl'))),
    }
    if (Object.values(read).includes('refused')) return undefined
    const { session, ...others } = read as Read
    const named = Object.entries(others).filter(([, policies]) => policies !== undefined)
    return { ...Object.fromEntries(named), ...(session && { session: [session] }) }
  }
}

type Tell = (problem: {
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
}) => void
type Read = Partial<Omit<Layers, 'session'>> & { readonly session?: readonly Policy[] }

/** `refused`: one of the parts is. */
function whole<T>(parts: readonly (T | 'refused' | undefined)[]): readonly T[] | 'refused' {
  return parts.some((part) => part === undefined || part === 'refused')
    ? 'refused'
    : (parts as readonly T[])
}
