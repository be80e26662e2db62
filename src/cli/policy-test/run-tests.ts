import type { Path } from '../../config/document.ts'
import { parseArn } from '../../kernel/arn.ts'
import {
  type Layers,
  mostSimulated,
  organizationKeys,
  organizationListKeys,
  type Party,
  type Principal,
  type SimulationResult,
  simulate,
  takesRole,
} from '../../policy/index.ts'
import type { Output } from '../check.ts'
import type { Parties } from '../policy/read-parties.ts'
import {
  contextOfOptions,
  noPrincipal,
  principalOf,
  withOwnKeys,
} from '../policy/request-options.ts'
import { layerReader, type Place } from './layers-of-test.ts'
import type { TestFile, WrittenTest } from './test-file.ts'

/** The result of one test: fine if nothing differs. */
export interface TestResult {
  readonly name: string
  readonly expected: string
  /** The questions whose answer is another. */
  readonly differing: readonly SimulationResult[]
  readonly asked: number
}

/** Who asks, with what decides for them besides what the test names. */
interface Asker {
  readonly principal: Principal
  readonly layers: Partial<Layers>
  readonly context: ReadonlyMap<string, readonly string[]>
}

/**
 * Runs the tests of a file in their order. `settings`: the users and roles of the settings that the
 * file names. Returns undefined, and reports why, when a test can't be asked.
 */
export async function runTests(
  file: TestFile,
  settings: Parties | undefined,
  { err }: Pick<Output, 'err'>,
): Promise<readonly TestResult[] | undefined> {
  const { tests, ...shared } = file.tests
  const read = layerReader(file, { err })
  const results: TestResult[] = []
  let asked = 0
  let usable = true
  for (const [index, own] of tests.entries()) {
    const { settings: _, context: common, ...others } = shared
    const test = { ...others, ...own, context: { ...common, ...own.context } }
    const place: Place = (key) => (own[key] === undefined ? [key] : ['tests', index, key])
    const tell = (at: Path, message: string) => {
      const { line, column } = file.position(at)
      err(`${file.path}:${line}:${column}: ${message}`)
    }
    asked += [test.action].flat().length * [test.resource ?? '*'].flat().length
    if (asked > mostSimulated) {
      tell(['tests', index], `a file asks at most ${mostSimulated} questions`)
      return undefined
    }
    const asker = askerOf(test, settings, (message) => tell(place('principal'), message))
    const layers = await read(test, place)
    if (asker && layers)
      results.push(resultOf(test, asker, { ...asker.layers, ...layers }, settings))
    else usable = false
  }
  return usable ? results : undefined
}

/**
 * A user or role of the settings has the policies that it has there, except where the test names
 * others.
 */
function askerOf(
  { principal: written, policies }: WrittenTest,
  settings: Parties | undefined,
  tell: (message: string) => void,
): Asker | undefined {
  const text = written ?? 'arn:aws:iam::111122223333:user/somebody'
  const party = settings?.parties.find(({ arn }) => arn === text)
  if (party) return askerOfParty(party)
  const principal = principalOf(text)
  if (!principal) tell(noPrincipal(text))
  else if (settings && !policies)
    tell(`\`${text}\` is no user or role of the settings, and no \`policies\` are named`)
  else return { principal, layers: {}, context: new Map() }
  return undefined
}

function askerOfParty({ principal, context = new Map(), ...party }: Party): Asker {
  const { identity, boundary, serviceControl } = party
  return {
    principal,
    context,
    layers: { identity, ...(boundary && { boundary }), ...(serviceControl && { serviceControl }) },
  }
}

function resultOf(
  test: WrittenTest,
  { principal, context }: Asker,
  layers: Partial<Layers>,
  settings: Parties | undefined,
): TestResult {
  const given = contextOfOptions(
    Object.entries(test.context ?? {}).flatMap(([key, values]) =>
      [values].flat().map((value) => `${key}=${value}`),
    ),
  )
  const resources = [test.resource ?? '*'].flat()
  const questions = resources.flatMap((resource) => {
    const owner = test.resourceAccount ?? (parseArn(resource)?.account || principal.account)
    const member = settings?.organization?.of(owner ?? '')
    const own = new Map([...context, ...organizationKeys('resource', member), ...given.context])
    const multivalued = new Set([...given.multivalued, ...organizationListKeys])
    const trust = layers.trust ?? settings?.parties.find(({ arn }) => arn === resource)?.trust
    return [test.action].flat().flatMap((action) => {
      const { trust: _, ...without } = layers
      const { resourceControl = member?.resourceControl } = layers
      return simulate({
        principal,
        actions: [action],
        resources: [resource],
        resourceAccount: owner,
        layers: {
          identity: [],
          ...without,
          ...(resourceControl && { resourceControl }),
          ...(trust && takesRole({ action, resource }) && { trust }),
        },
        context: [...withOwnKeys(principal, owner, own)].map(([key, values]) => ({
          key,
          values,
          list: multivalued.has(key),
        })),
      })
    })
  })
  return {
    name: test.name ?? `${[test.action].flat().join(', ')} on ${resources.join(', ')}`,
    expected: test.by === undefined ? test.expect : `${test.expect} by ${test.by}`,
    differing: questions.filter((question) => !isExpected(question, test)),
    asked: questions.length,
  }
}

function isExpected({ effect, matched }: SimulationResult, { expect, by }: WrittenTest): boolean {
  const isEffect = expect === 'deny' ? effect.endsWith('-deny') : effect === expect
  return isEffect && (by === undefined || matched.some(({ sid }) => sid === by))
}
