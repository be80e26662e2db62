import { endpointUrl } from '../credentials/exchange.ts'
import { KeptSignIns } from './kept-sign-ins.ts'

/**
 * Returns the origin of the address that was given, or of the only Gatehouse that somebody is
 * signed in at. Throws an Error that says what to write.
 */
export async function endpointOr(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  if (given !== undefined) return endpointUrl(given).origin
  const [only, ...others] = await new KeptSignIns(env).endpoints()
  if (only === undefined)
    throw new Error(
      'say which Gatehouse with `--endpoint` or GATEHOUSE_ENDPOINT, ' +
        'or run `gatehouse login --endpoint https://…` once',
    )
  if (others.length === 0) return endpointUrl(only).origin
  throw new Error(`say which Gatehouse with \`--endpoint\`: ${[only, ...others].join(', ')}`)
}
