import { parsePolicy } from '../policy/index.ts'
import { type ServiceSettings, services } from './own-services.ts'
import { schemaProblems } from './schema-problems.ts'

export type ReadService =
  | { readonly ok: true; readonly service: ServiceSettings }
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Reads a service that is registered by API: JSON of the form of one entry of `services`. It has
 * to keep to `account`: its administrators decide about nobody else's roles and resources.
 */
export function readRegisteredService(
  prefix: string,
  document: string,
  account: string,
): ReadService {
  try {
    const value = { [prefix]: JSON.parse(document) as unknown }
    const parsed = services.safeParse(value)
    if (!parsed.success) {
      const told = schemaProblems(parsed.error.issues, value, () => false, services)
      return refused(told.map(({ path, message }) => `${path.join('.')}: ${message}`))
    }
    const service = parsed.data[prefix]!
    const problems = [...problemsOf(service, account)]
    return problems.length > 0 ? refused(problems) : { ok: true, service }
  } catch (error) {
    // Text that is not JSON, or whose parts lie so deep in each other that nobody can walk them.
    if (error instanceof SyntaxError) return refused(['the document is no JSON'])
    if (error instanceof RangeError) return refused(['the document is nested too deeply'])
    throw error
  }
}

const mostTold = 5
/** A message quotes what was written. */
const mostCharacters = 300

function refused(problems: readonly string[]): ReadService {
  const told = problems.slice(0, mostTold).map((one) => one.slice(0, mostCharacters))
  return { ok: false, problems: told }
}

function* problemsOf(
  { accounts, principals, bearer, policies }: ServiceSettings,
  account: string,
): Generator<string> {
  for (const one of accounts)
    if (one !== account) yield `accounts: \`${one}\` is not the account that registers it`
  for (const arn of principals)
    if (arn.split(':')[4] !== account)
      yield `principals: \`${arn}\` is not of the account that registers it`
  if (bearer) yield 'bearer: tokens of apps are for APIs of the settings; declare the service there'
  for (const [name, text] of Object.entries(policies)) {
    const parsed = parsePolicy('resource', name, text)
    if (!parsed.ok) yield `policies.${name}: ${parsed.problems[0]?.message ?? 'no policy'}`
  }
}
